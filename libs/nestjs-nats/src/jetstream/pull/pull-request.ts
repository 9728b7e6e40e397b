import type { JetStreamApi } from '../api/js-api.js';

/** Names a consumer. */
export interface ConsumerNames {
  readonly stream: string;
  readonly consumer: string;
}

/** What a pull request asks for. */
export interface PullRequest {
  /** How many messages at most. */
  readonly batch: number;
  /** How long the request waits for them, in milliseconds. */
  readonly expiresMs: number;
  /** How often the server says that it is there while it has nothing to send, in milliseconds. */
  readonly heartbeatMs?: number;
  /** How many bytes at most; a message that does not fit ends the request. */
  readonly maxBytes?: number;
  /** Whether the request is over when there is no message. */
  readonly noWait?: boolean;
  /** The priority group, for consumers that have one. */
  readonly group?: string;
  /** What the server gave the active process of the group to show. */
  readonly pinId?: string;
}

const NANOS_PER_MS = 1_000_000;

/** Gives the subject on which a consumer is asked for messages. */
export function pullSubject(
  { options }: Pick<JetStreamApi, 'options'>,
  { stream, consumer }: ConsumerNames,
): string {
  return `${options.apiPrefix}.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
}

/** Writes a pull request. */
export function encodePull(request: PullRequest): Uint8Array {
  const { batch, expiresMs, heartbeatMs, maxBytes, noWait, group, pinId } = request;
  const body = {
    batch,
    expires: expiresMs * NANOS_PER_MS,
    idle_heartbeat: heartbeatMs === undefined ? undefined : heartbeatMs * NANOS_PER_MS,
    max_bytes: maxBytes,
    no_wait: noWait,
    group,
    id: pinId,
  };
  return Buffer.from(JSON.stringify(body));
}
