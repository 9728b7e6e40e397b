import type { Codec } from '../codec/codec.js';
import { codecFault, codecOf } from '../codec/registry.js';
import type { NatsHandlerOptions } from '../decorators/handler-options.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { queueFault } from '../subject/filter.js';
import { quote } from '../subject/subject.js';

/** Is what {@link NatsHandlerOptions} come to. */
export interface ResolvedHandlerOptions {
  /** The queue group, `''` for none. */
  readonly queue: string;
  readonly concurrency: number;
  readonly maxPending: number;
  readonly overflow: 'reject' | 'drop';
  readonly codec: Codec;
}

/** What handlers get that do not say otherwise. */
export interface HandlerDefaults {
  readonly queue: string;
  readonly codec: Codec;
  /** Tells the methods a pattern stands at, as far as known, for errors to name. */
  readonly placesOf?: (route: string) => readonly string[];
}

const NAMES = [
  'queue',
  'concurrency',
  'maxPending',
  'overflow',
  'codec',
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
  const faults = handlerFaults(extras, kind);
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
  };
}

function handlerFaults(
  extras: Readonly<Record<string, unknown>>,
  kind: 'event' | 'request',
): string[] {
  const { queue, concurrency, maxPending, overflow, codec } = extras;
  const faults = Object.keys(extras)
    .filter((key) => !(NAMES as string[]).includes(key))
    .map((key) => `${key}: there is no such option; there are ${NAMES.join(', ')}`);
  if (queue !== undefined && queue !== '') {
    const fault = queueFault(queue);
    if (fault !== undefined) faults.push(`queue ${quote(queue)}: ${fault}`);
  }
  if (concurrency !== undefined && !isCount(concurrency, 1)) {
    faults.push('concurrency: expected a whole number, at least 1');
  }
  if (maxPending !== undefined && !isCount(maxPending, 0)) {
    faults.push('maxPending: expected a whole number, at least 0');
  }
  if (overflow !== undefined && overflow !== 'reject' && overflow !== 'drop') {
    faults.push("overflow: expected 'reject' or 'drop'");
  } else if (overflow === 'reject' && kind === 'event') {
    faults.push("overflow: an event cannot be rejected, there is nobody to tell; expected 'drop'");
  }
  const codecProblem = codec === undefined ? undefined : codecFault(codec);
  if (codecProblem !== undefined) faults.push(`codec: ${codecProblem}`);
  return faults;
}

function isCount(value: unknown, minimum: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= minimum;
}
