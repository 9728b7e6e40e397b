import type { Codec } from '../../codec/codec.js';
import { codecOf } from '../../codec/registry.js';
import type { NatsHandlerOptions } from '../../decorators/handler-options.js';
import { unknownOptionFaults, wholeNumberFault } from '../../errors/option-faults.js';
import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { codecFaultIn } from '../../message/format-faults.js';
import {
  endpointFaults,
  resolveEndpoint,
  type ResolvedEndpointOptions,
} from '../../micro/endpoint-options.js';
import { queueFault } from '../../subject/filter.js';
import type { PlacesOf } from '../places.js';

/** Is what {@link NatsHandlerOptions} come to. */
export interface ResolvedHandlerOptions {
  /** The queue group, `''` for none. */
  readonly queue: string;
  readonly concurrency: number;
  readonly maxPending: number;
  readonly overflow: 'reject' | 'drop';
  readonly codec: Codec;
  readonly endpoint: ResolvedEndpointOptions;
}

/** What handlers get that do not say otherwise. */
export interface HandlerDefaults {
  readonly queue: string;
  readonly codec: Codec;
  /** The form of payloads. Default `'plain'`. */
  readonly envelope?: 'plain' | 'nest' | 'both';
  /** Whether request handlers are endpoints of a service, and count what they answer. Default `false`. */
  readonly isService?: boolean;
  /** Tells the methods a pattern stands at, as far as known, for errors to name. */
  readonly placesOf?: PlacesOf;
}

const NAMES = [
  'queue',
  'concurrency',
  'maxPending',
  'overflow',
  'codec',
  'endpoint',
] satisfies (keyof NatsHandlerOptions)[];

/**
 * Checks a handler's options and fills in the defaults.
 *
 * @throws NatsTransportError `INVALID_OPTIONS` that names the pattern and every fault
 */
export function resolveHandlerOptions(
  extras: Readonly<Record<string, unknown>>,
  kind: 'event' | 'request',
  pattern: string,
  defaults: HandlerDefaults,
): ResolvedHandlerOptions {
  const faults = handlerFaults(extras, kind, defaults.envelope);
  if (faults.length > 0) {
    throw new NatsTransportError(
      'INVALID_OPTIONS',
      `Cannot use the options of the ${kind} handler for ${quote(pattern)}: ${faults.join('; ')}.`,
      { details: { subject: pattern, faults } },
    );
  }
  const options = extras as NatsHandlerOptions;
  return {
    queue: options.queue ?? defaults.queue,
    concurrency: options.concurrency ?? 64,
    maxPending: options.maxPending ?? (kind === 'event' ? 65_536 : 1_024),
    overflow: options.overflow ?? (kind === 'event' ? 'drop' : 'reject'),
    codec: options.codec === undefined ? defaults.codec : codecOf(options.codec),
    endpoint: resolveEndpoint(options.endpoint, pattern),
  };
}

function handlerFaults(
  extras: Readonly<Record<string, unknown>>,
  kind: 'event' | 'request',
  envelope: HandlerDefaults['envelope'],
): string[] {
  const { queue, concurrency, maxPending, overflow, codec, endpoint } = extras;
  const faults = unknownOptionFaults(extras, NAMES).map(
    (fault) => `${fault}; there are ${NAMES.join(', ')}`,
  );
  if (queue !== undefined && queue !== '') {
    const fault = queueFault(queue);
    if (fault !== undefined) faults.push(`queue ${quote(queue)}: ${fault}`);
  }
  const check = (name: string, fault: string | undefined): void => {
    if (fault !== undefined) faults.push(`${name}: ${fault}`);
  };
  if (concurrency !== undefined) check('concurrency', wholeNumberFault(concurrency, 1));
  if (maxPending !== undefined) check('maxPending', wholeNumberFault(maxPending, 0));
  if (overflow !== undefined && overflow !== 'reject' && overflow !== 'drop') {
    faults.push("overflow: expected 'reject' or 'drop'");
  } else if (overflow === 'reject' && kind === 'event') {
    faults.push("overflow: an event cannot be rejected, there is nobody to tell; expected 'drop'");
  }
  if (codec !== undefined) check('codec', codecFaultIn(envelope, codec));
  if (endpoint !== undefined && kind === 'event') {
    faults.push('endpoint: an event handler answers nothing, and is no endpoint of a service');
  } else {
    faults.push(...endpointFaults(endpoint));
  }
  return faults;
}
