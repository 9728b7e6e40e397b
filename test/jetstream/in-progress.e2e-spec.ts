import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import {
  InProgress,
  UnderWay,
} from '../../libs/nestjs-nats/src/jetstream/settlement/in-progress.js';
import { Settle } from '../../libs/nestjs-nats/src/jetstream/settlement/settle.js';
import { consumerToSay } from '../support/consumer-state.js';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('a handler three times as long as the ack wait gets its message once', async () => {
  const js = await JsStage.open(bench);
  await js.stream('SLOW', ['slow']);
  await js.consumer('SLOW', 'work', { ackWaitMs: 1_000 });
  await js.publish('slow');
  const settle = new Settle(js.shared, {
    confirmed: true,
    timeoutMs: 5_000,
    report: ({ error }) => {
      throw error;
    },
  });
  const inProgress = new InProgress(1_000, {
    working: (delivered) => void settle.working(delivered),
    overdue: () => undefined,
  });
  const { message, delivery } = await js.next('SLOW', 'work');
  const delivered = new UnderWay(message, delivery);
  inProgress.begin(delivered);
  // another worker waits for the message all the time that the handler takes
  expect(await js.poll('SLOW', 'work', 3_000)).toBeUndefined();
  inProgress.end(delivered);
  expect(await settle.ack(delivered)).toBe(true);
  await consumerToSay(js.jsm, 'SLOW', 'work', { num_ack_pending: 0, num_redelivered: 0 });
  inProgress.close();
  settle.close();
});
