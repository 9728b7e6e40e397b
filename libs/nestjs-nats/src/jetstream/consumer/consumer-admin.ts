import type { ConsumerInfo } from '@nats-io/jetstream';
import type { JetStreamApi } from '../api/js-api.js';
import { requireFeature } from '../api/server-features.js';
import { consumerName } from './consumer-config.js';

/** Whether a consumer is paused, and until when. */
export interface ConsumerPause {
  readonly paused: boolean;
  readonly until: Date | undefined;
}

/** How a durable stands, by the word of the server. */
export interface DurableState {
  readonly stream: string;
  readonly durable: string;
  /** How many messages the stream has for it that were not delivered yet. */
  readonly pending: number;
  /** How many are delivered, and not settled. */
  readonly unacknowledged: number;
  /** How many of those were delivered more than once. */
  readonly redelivered: number;
  /** How many times it has delivered a message; a second time counts. */
  readonly deliveries: number;
  /** Of these, up to which all are settled. */
  readonly settled: number;
}

/**
 * Reads how a consumer stands.
 *
 * @throws NatsTransportError `CONSUMER_NOT_FOUND`, `STREAM_NOT_FOUND`, and what
 * {@link JetStreamApi.request} throws
 */
export async function readState(
  api: JetStreamApi,
  stream: string,
  name: string,
): Promise<DurableState> {
  const what = `Cannot read ${consumerName({ stream, name })}`;
  const info = await api.request<ConsumerInfo>(`CONSUMER.INFO.${stream}.${name}`, undefined, what);
  return {
    stream,
    durable: name,
    pending: info.num_pending,
    unacknowledged: info.num_ack_pending,
    redelivered: info.num_redelivered,
    deliveries: info.delivered.consumer_seq,
    settled: info.ack_floor.consumer_seq,
  };
}

/**
 * Deletes a consumer, and with it its position.
 *
 * @throws NatsTransportError `CONSUMER_NOT_FOUND`, and what {@link JetStreamApi.request} throws
 */
export async function deleteConsumer(
  api: JetStreamApi,
  stream: string,
  name: string,
): Promise<void> {
  const what = `Cannot delete ${consumerName({ stream, name })}`;
  await api.request(`CONSUMER.DELETE.${stream}.${name}`, undefined, what);
}

/**
 * Lets a consumer give out no messages until a time, in all processes. What was given out already is
 * handled. Needs nats-server 2.11.
 *
 * @param until a time that has passed resumes
 * @throws NatsTransportError `SERVER_TOO_OLD`, `CONSUMER_NOT_FOUND`, and what
 * {@link JetStreamApi.request} throws
 */
export function pauseConsumer(
  api: JetStreamApi,
  stream: string,
  name: string,
  until: Date,
): Promise<ConsumerPause> {
  const what = `Cannot pause ${consumerName({ stream, name })}`;
  return setPause(api, { stream, name }, { pause_until: until.toISOString() }, what);
}

/** Lets a consumer give out messages again; fails as {@link pauseConsumer}. */
export function resumeConsumer(
  api: JetStreamApi,
  stream: string,
  name: string,
): Promise<ConsumerPause> {
  const what = `Cannot resume ${consumerName({ stream, name })}`;
  return setPause(api, { stream, name }, {}, what);
}

async function setPause(
  api: JetStreamApi,
  { stream, name }: { stream: string; name: string },
  body: { pause_until?: string },
  what: string,
): Promise<ConsumerPause> {
  requireFeature(api.server, 'consumerPause', what);
  const answer = await api.request<{ paused: boolean; pause_until?: string }>(
    `CONSUMER.PAUSE.${stream}.${name}`,
    body,
    what,
  );
  const until = answer.paused && answer.pause_until ? new Date(answer.pause_until) : undefined;
  return { paused: answer.paused, until };
}
