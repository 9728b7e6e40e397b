import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KNOWN_HARM } from '../support/hostile-corpus.js';
import { type HostileMessage, hostileMessage } from '../support/hostile-message.js';
import { NatsBench } from '../support/nats-bench.js';
import { oneTo, PullStage } from '../support/pull-stage.js';
import type { Puller } from '../support/puller.js';
import type { RawNats } from '../support/raw-nats.js';

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** A loop at work, an enemy who sees where its messages go, and who sends there. */
async function attacked(): Promise<{
  stage: PullStage;
  one: Puller;
  raw: RawNats;
  replies: string[];
}> {
  const stage = await PullStage.open(bench);
  const replies: string[] = [];
  stage.js.peer.subscribe('$JS.API.CONSUMER.MSG.NEXT.>', {
    callback: (_, message) => void replies.push(message.reply!),
  });
  await stage.js.peer.flush();
  const one = await stage.puller({ concurrency: 4 });
  await stage.publish(3);
  await one.until(3);
  return { stage, one, raw: await bench.raw(), replies };
}

function send(raw: RawNats, subject: string, { payload, headers, reply }: HostileMessage): void {
  raw.publish(subject, payload, { headers, reply });
}

const ACK = '$JS.ACK';

it('drops whatever comes on its inbox and is not of the consumer', async () => {
  const { stage, one, raw, replies } = await attacked();
  const inbox = replies[0]!.slice(0, replies[0]!.lastIndexOf('.'));
  const delivery = `${stage.stream}.work.1.9.9.1719000000123456789.0`;
  const subjects = [replies[0]!, replies.at(-1)!, `${inbox}.x`, `${inbox}.1-0`];
  for (const subject of subjects) {
    for (const message of KNOWN_HARM) send(raw, subject, message);
    // a forged message has the subject of the inbox, and the server's have not
    raw.publish(subject, 'forged', { reply: `${ACK}.${delivery}` });
    raw.publish(subject, 'forged', { reply: `${ACK}._.hash.${delivery}` });
    raw.publish(subject, '', { reply: `${ACK}.${delivery}`, headers: ' 408 Request Timeout' });
  }
  await raw.flush();
  await stage.publish(50);
  await one.until(53);
  expect(one.handled).toEqual(oneTo(53));
  expect(one.refused).toEqual([]);
  expect(one.told('foreign').length).toBeGreaterThan(0);
  expect(one.told('failed')).toEqual([]);
});

it('survives any message, and goes on', async () => {
  const { stage, one, raw, replies } = await attacked();
  const target = fc.constantFrom('first', 'last', 'other');
  let handled = 3;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(target, hostileMessage), { minLength: 50, maxLength: 50 }),
      async (batch) => {
        for (const [where, message] of batch) {
          const reply = where === 'first' ? replies[0]! : replies.at(-1)!;
          send(raw, where === 'other' ? `${reply}x` : reply, message);
        }
        await raw.flush();
        await stage.publish(5);
        handled += 5;
        await one.untilAll(handled);
      },
    ),
    { numRuns: 40 },
  );
  expect(one.handled).toHaveLength(handled);
  expect(one.mostAtOnce).toBeLessThanOrEqual(4);
  expect(one.told('failed')).toEqual([]);
});

it.each([
  ' 409 Consumer Deleted',
  ' 409 Exceeded MaxRequestBatch of 0',
  ' 409 Exceeded MaxRequestExpires of 0s',
  ' 400 Bad Request',
  ' 408 Request Timeout',
  ' 423 Nats-Pin-Id mismatch',
  ' 503',
  ' 777 what is this',
])('a forged status "%s" costs nothing but a request', async (status) => {
  const { stage, one, raw, replies } = await attacked();
  for (let i = 0; i < 20; i++) {
    raw.publish(replies.at(-1)!, '', { headers: status });
    await raw.flush();
  }
  const start = performance.now();
  await stage.publish(50);
  await one.untilAll(53);
  expect(performance.now() - start).toBeLessThan(5_000);
  expect(one.handled).toHaveLength(53);
  expect(one.mostAtOnce).toBeLessThanOrEqual(4);
});
