import type { Codec } from '../../codec/codec.js';
import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { consumeFaults } from '../../jetstream/consumer/consume-faults.js';
import {
  resolveConsume,
  type ResolvedConsumeOptions,
} from '../../jetstream/consumer/resolve-consume.js';
import { longestDelayMs } from '../../jetstream/settlement/retry-policy.js';
import type { Declaration } from '../declaration.js';
import type { PlacesOf } from '../places.js';

/** What handlers of streams get that do not say otherwise. */
export interface ConsumeDefaults {
  readonly codec: Codec;
  /** Tells the methods a pattern stands at, as far as known, for errors to name. */
  readonly placesOf?: PlacesOf;
  /** How long failed attempts are remembered, in milliseconds; nothing when they are not written down. */
  readonly rememberedMs?: number;
}

/**
 * Checks the options of a handler that consumes a stream, and fills in the defaults.
 *
 * @throws NatsTransportError `INVALID_OPTIONS` that names the pattern and every fault
 */
export function resolveConsumer(
  { route, kind, extras }: Declaration,
  defaults: ConsumeDefaults,
): ResolvedConsumeOptions {
  const faults = consumeFaults(extras);
  if (kind === 'request') {
    faults.push('stream: nobody waits for an answer to a message of a stream; use @Consume');
  }
  if (faults.length === 0) {
    const options = resolveConsume(extras, defaults);
    const fault = forgottenFault(options, defaults);
    if (fault === undefined) return options;
    faults.push(fault);
  }
  throw new NatsTransportError(
    'INVALID_OPTIONS',
    `Cannot use the options of the stream handler for ${quote(route)}: ${faults.join('; ')}.`,
    { details: { subject: route, faults } },
  );
}

/** An attempt that is forgotten before the next one would be the first again, for ever. */
function forgottenFault(
  { retry }: ResolvedConsumeOptions,
  { rememberedMs = Infinity }: ConsumeDefaults,
): string | undefined {
  const longestMs = longestDelayMs(retry);
  return longestMs < rememberedMs
    ? undefined
    : `retry.maxMs: ${longestMs} is not less than attemptLog.maxAgeMs, ${rememberedMs}, after which attempts are forgotten`;
}
