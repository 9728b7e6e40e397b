import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Durables } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { describeOnVersions } from '../support/server-versions.js';
import { waitFor } from '../support/wait-for.js';

describeOnVersions('the durable of a handler', (wanted, age) => {
  const bench = new NatsBench({ jetstream: true, ...wanted });
  beforeAll(() => bench.start());
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  const streams = [{ name: 'JOBS', subjects: ['jobs'] }];
  const consume = { stream: 'JOBS', durable: 'work' };

  const durables = (): Durables => {
    const made = new Durables({ servers: bench.server.url });
    bench.own(() => made.close());
    return made;
  };

  if (age === 'oldest') {
    it('cannot be paused: SERVER_TOO_OLD names the version that is needed', async () => {
      const { app, strategy } = await bench.create([], { streams });
      await strategy.registerSubscriber('jobs', () => undefined, consume);
      await app.listen();
      expect(await rejection(durables().pause('JOBS', 'work', new Date()))).toMatchObject({
        code: 'SERVER_TOO_OLD',
        message: expect.stringContaining('2.11'),
      });
    });
  } else {
    it('gives out nothing while it is paused, and everything afterwards', async () => {
      const seen: unknown[] = [];
      const { app, strategy } = await bench.create([], { streams });
      await strategy.registerSubscriber('jobs', (job) => void seen.push(job), consume);
      await app.listen();
      const control = durables();
      const until = new Date(Date.now() + 600_000);
      expect(await control.pause('JOBS', 'work', until)).toMatchObject({ paused: true });
      const client = bench.client({ streams });
      await client.publish('jobs', 1);
      // a second durable gets the message, so that the first has had its time
      const other: unknown[] = [];
      const options = { stream: 'JOBS', durable: 'other' };
      await strategy.registerSubscriber('jobs', (job) => void other.push(job), options);
      await waitFor(() => other.length === 1, { what: 'the other durable' });
      expect(seen).toEqual([]);
      expect(await control.resume('JOBS', 'work')).toMatchObject({ paused: false });
      await waitFor(() => seen.length === 1, { what: 'the message' });
    });
  }

  it('is made anew when it is deleted while its handler is there', async () => {
    const seen: unknown[] = [];
    const { app, strategy } = await bench.create([], { streams });
    await strategy.registerSubscriber('jobs', (job) => void seen.push(job), {
      ...consume,
      durable: 'again',
      deliver: 'new',
    });
    await app.listen();
    await durables().delete('JOBS', 'again');
    const client = bench.client({ streams });
    await waitFor(
      async () => {
        await client.publish('jobs', 2);
        return seen.length > 0;
      },
      { what: 'a message by the new consumer' },
    );
  });

  it('has a name that can be one', async () => {
    expect(await rejection(durables().resume('a.b', ''))).toMatchObject({
      code: 'INVALID_OPTIONS',
      details: {
        faults: [expect.stringMatching(/^stream: /), expect.stringMatching(/^durable: /)],
      },
    });
  });
});
