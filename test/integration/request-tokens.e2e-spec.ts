import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Sends requests from one client, and gives their reply subjects as prefix and token. */
async function replySubjects(count: number): Promise<{ prefix: string; token: string }[]> {
  const peer = await bench.peer();
  const seen: string[] = [];
  peer.subscribe('tokens.ask', {
    callback: (_, message) => {
      seen.push(message.reply!);
      message.respond('1');
    },
  });
  await peer.flush();
  const client = bench.client();
  for (let i = 0; i < count; i++) await client.request('tokens.ask', i);
  return seen.map((reply) => {
    const dot = reply.lastIndexOf('.');
    return { prefix: reply.slice(0, dot), token: reply.slice(dot + 1) };
  });
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_=';

/** Reads the random part: twice 12 bits, and 8, as two digits each. */
const randomPart = (token: string): number => {
  const [a, b, c, d, e, f] = Array.from(token.split('-')[1]!, (digit) => DIGITS.indexOf(digit));
  return ((a! * 64 + b!) * 4096 + c! * 64 + d!) * 256 + e! * 64 + f!;
};

it('reply subjects of one client share an inbox, and no two are the same', async () => {
  const replies = await replySubjects(300);
  expect(new Set(replies.map(({ prefix }) => prefix)).size).toBe(1);
  expect(replies[0]!.prefix).toMatch(/^_INBOX\.\w+$/);
  expect(new Set(replies.map(({ token }) => token)).size).toBe(300);
});

it('no reply subject follows from those before it: part of each is random', async () => {
  const numbers = (await replySubjects(300)).map(({ token }) => randomPart(token));
  expect(numbers.every((n) => Number.isSafeInteger(n) && n >= 0 && n < 2 ** 32)).toBe(true);
  // 300 of 2^32 numbers: two alike once in 100,000 runs, so allow that
  expect(new Set(numbers).size).toBeGreaterThanOrEqual(299);
  // a counter or a fixed step would repeat its difference
  const steps = numbers.slice(1).map((n, i) => n - numbers[i]!);
  expect(new Set(steps).size).toBeGreaterThanOrEqual(298);
  // every one of the 32 bits is set in some and clear in others
  const or = numbers.reduce((bits, n) => bits | n, 0);
  const and = numbers.reduce((bits, n) => bits & n, ~0);
  expect(or >>> 0).toBe(2 ** 32 - 1);
  expect(and >>> 0).toBe(0);
});

it('two clients have different inboxes', async () => {
  const [one, other] = [await replySubjects(1), await replySubjects(1)];
  expect(one[0]!.prefix).not.toBe(other[0]!.prefix);
});
