import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import { waitFor } from './wait-for.js';

/** Is what a test expects a consumer to say of its messages. */
export type ConsumerState = Partial<
  Pick<ConsumerInfo, 'num_pending' | 'num_ack_pending' | 'num_redelivered' | 'num_waiting'>
>;

/**
 * Waits until a consumer says what is expected of it. The server answers a publisher before it has told
 * the consumers of the stream, and takes acknowledgements from a queue: what a consumer says of itself
 * is true a moment later, and under load one answer in thirty came too early.
 */
export async function consumerToSay(
  jsm: JetStreamManager,
  stream: string,
  durable: string,
  expected: ConsumerState,
): Promise<void> {
  let said: ConsumerState = {};
  await waitFor(
    async () => {
      const info = await jsm.consumers.info(stream, durable);
      const names = Object.keys(expected) as (keyof ConsumerState)[];
      said = Object.fromEntries(names.map((name) => [name, info[name]]));
      return names.every((name) => said[name] === expected[name]);
    },
    {
      what: () => `${durable} to say ${JSON.stringify(expected)}; it says ${JSON.stringify(said)}`,
    },
  );
}

/** Waits until a consumer has nothing to deliver and nothing under way. */
export async function consumerToSettle(
  jsm: JetStreamManager,
  stream: string,
  durable: string,
  timeoutMs = 10_000,
): Promise<void> {
  let state = '';
  let times = 0;
  await waitFor(
    async () => {
      const { num_pending, num_ack_pending } = await jsm.consumers.info(stream, durable);
      state = `${num_pending} wait, ${num_ack_pending} are under way`;
      // twice in a row: it may not have been told yet of what its stream has stored
      times = num_pending === 0 && num_ack_pending === 0 ? times + 1 : 0;
      return times > 1;
    },
    { timeoutMs, what: () => `${durable} to have settled all; ${state}` },
  );
}
