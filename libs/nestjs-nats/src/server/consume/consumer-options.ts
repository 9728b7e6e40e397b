import type { Codec } from '../../codec/codec.js';
import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { consumeFaults } from '../../jetstream/consumer/consume-faults.js';
import {
  resolveConsume,
  type ResolvedConsumeOptions,
} from '../../jetstream/consumer/resolve-consume.js';
import type { Declaration } from '../declaration.js';

/** What handlers of streams get that do not say otherwise. */
export interface ConsumeDefaults {
  readonly codec: Codec;
  /** Tells the methods a pattern stands at, as far as known, for errors to name. */
  readonly placesOf?: (route: string) => readonly string[];
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
  if (faults.length === 0) return resolveConsume(extras, defaults);
  throw new NatsTransportError(
    'INVALID_OPTIONS',
    `Cannot use the options of the stream handler for ${quote(route)}: ${faults.join('; ')}.`,
    { details: { subject: route, faults } },
  );
}
