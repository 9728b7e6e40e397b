import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it.each<[string, () => unknown]>([
  ['an error whose message is no text', () => Object.assign(new Error('x'), { message: ['a'] })],
  [
    'an object that throws when it is looked at',
    () => ({
      get message(): string {
        throw new Error('gotcha');
      },
    }),
  ],
])('%s is answered as INTERNAL', async (_, failure) => {
  const { app, strategy } = await bench.create([]);
  const fail = (): never => {
    throw failure();
  };
  await strategy.registerSubscriber('odd.failure', fail, { respond: true });
  await app.listen();
  const answered = bench.client().request('odd.failure', 1);
  await expect(answered).rejects.toMatchObject({ name: 'RemoteError', code: 'INTERNAL' });
});
