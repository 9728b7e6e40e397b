import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { configDiff, diffLine } from '../api/config-diff.js';
import {
  type Feature,
  requireFeature,
  serverTooOld,
  type ServerVersion,
} from '../api/server-features.js';
import type { WantedStream } from './resolve-stream.js';
import { STREAM_DEFAULTS } from './stream-plan.js';

/** Which settings of a stream only newer servers know; older ones ignore them. */
const FEATURE_OF: Readonly<Record<string, Feature>> = {
  allow_msg_ttl: 'messageTtl',
  subject_delete_marker_ttl: 'deleteMarkers',
  allow_msg_counter: 'counters',
  allow_msg_schedules: 'schedules',
  allow_atomic: 'atomicBatch',
  allow_batched: 'batchedPublish',
  persist_mode: 'persistMode',
};

/** @throws NatsTransportError `SERVER_TOO_OLD` when the server would ignore part of a stream */
export function requireStreamFeatures(
  server: ServerVersion | undefined,
  stream: WantedStream,
): void {
  for (const [field, feature] of Object.entries(FEATURE_OF)) {
    if (asksFor(stream, field)) requireFeature(server, feature, cannotHave(stream, field));
  }
  const { mirror, sources = [] } = stream;
  if ([...sources, ...(mirror ? [mirror] : [])].some(({ consumer }) => consumer !== undefined)) {
    const field = mirror ? 'mirror.consumer' : 'sources.consumer';
    requireFeature(server, 'sourceConsumers', cannotHave(stream, field));
  }
}

/**
 * Makes sure that a server has done what it was told: what it answers is compared with that.
 *
 * @throws NatsTransportError `SERVER_TOO_OLD` when it has ignored a setting of newer servers,
 * `STREAM_MISMATCH` when it has made something else of one
 */
export function assertEcho(stream: WantedStream, echo: object): void {
  const diffs = configDiff(stream, echo, STREAM_DEFAULTS);
  if (diffs.length === 0) return;
  for (const { field } of diffs) {
    const feature = FEATURE_OF[field];
    // the server at the other end of the connection is new enough, or not the one that answered
    if (feature && !Object.hasOwn(echo, field))
      throw serverTooOld(undefined, feature, cannotHave(stream, field));
  }
  throw new NatsTransportError(
    'STREAM_MISMATCH',
    `The server took the declaration of the stream ${quote(stream.name)} and made something else of ` +
      `it: ${diffs.map(diffLine).join('; ')}. Declare it as the server makes it.`,
    {
      details: {
        streams: [stream.name],
        diffs: diffs.map((diff) => ({ stream: stream.name, ...diff })),
      },
    },
  );
}

function asksFor(stream: WantedStream, field: string): boolean {
  const value = (stream as Readonly<Record<string, unknown>>)[field];
  return Boolean(value) && value !== STREAM_DEFAULTS[field];
}

function cannotHave({ name }: WantedStream, field: string): string {
  return `Cannot make the stream ${quote(name)} with ${field}`;
}
