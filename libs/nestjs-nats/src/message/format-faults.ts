import { codecFault } from '../codec/registry.js';
import { choiceFault, named } from '../errors/option-faults.js';

/** Options of a client or strategy that say what form payloads have; they come from an application. */
export interface FormatOptions {
  readonly codec?: unknown;
  readonly envelope?: unknown;
  readonly serializer?: unknown;
  readonly deserializer?: unknown;
}

/**
 * Says what is wrong with options for the form of payloads; what is `undefined` was not given.
 *
 * @param envelopes which there are
 */
export function formatFaults(options: FormatOptions, envelopes: readonly string[]): string[] {
  const { codec = 'json', envelope = 'plain', serializer, deserializer } = options;
  return [
    ...named('codec', codecFaultIn(envelope, codec)),
    ...named('envelope', choiceFault(envelope, envelopes)),
    ...named('serializer', methodFault(serializer, 'serialize')),
    ...named('deserializer', methodFault(deserializer, 'deserialize')),
  ];
}

/**
 * Says what is wrong with a `codec` option where payloads have this envelope. The envelope of Nest's
 * built-in transport is JSON, so that any other codec would have no effect.
 */
export function codecFaultIn(envelope: unknown, codec: unknown): string | undefined {
  const fault = codecFault(codec);
  if (fault !== undefined || envelope !== 'nest' || codec === 'json') return fault;
  return "payloads in the envelope 'nest' are always JSON; leave the codec out";
}

function methodFault(option: unknown, method: string): string | undefined {
  if (option === undefined) return undefined;
  const found: unknown = (option as Record<string, unknown> | null)?.[method];
  return typeof found === 'function' ? undefined : `expected an object with ${method}()`;
}
