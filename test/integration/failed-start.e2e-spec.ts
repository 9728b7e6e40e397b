import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('a start that fails half-way lets what it has taken already come to its end', async () => {
  const peer = await bench.peer();
  const jsm = await jetstreamManager(peer);
  await jsm.streams.add({ name: 'JOBS', subjects: ['jobs'] });
  const asking = setInterval(() => peer.publish('taken', '1', { reply: `_INBOX.asker` }), 1);
  bench.own(() => clearInterval(asking));
  const answers: string[] = [];
  peer.subscribe('_INBOX.asker', {
    // when nobody is there any more the server answers itself, with nothing
    callback: (_, message) => void (message.data.length > 0 && answers.push(message.string())),
  });

  const { app, strategy } = await bench.create([]);
  let taken = 0;
  let ended = 0;
  await strategy.registerSubscriber(
    'taken',
    async () => {
      taken++;
      await new Promise((resolve) => setTimeout(resolve, 100));
      ended++;
      return 'done';
    },
    { respond: true },
  );
  await strategy.registerSubscriber('jobs', () => undefined, { stream: 'JOBS', durable: 'ok' });
  // this one fails, when the others are bound already
  await strategy.registerSubscriber('jobs.x', () => undefined, { stream: 'GONE', durable: 'x' });
  expect(await rejection(app.listen())).toMatchObject({ code: 'STREAM_NOT_FOUND' });
  expect(taken).toBeGreaterThan(0);
  expect(ended).toBe(taken);
  await waitFor(() => answers.length === taken, {
    what: () => `${taken} answers, there are ${answers.length}`,
  });
});
