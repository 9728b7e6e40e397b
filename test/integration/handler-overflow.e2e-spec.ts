import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Respond, Subscribe } from 'nestjs-nats';
import { captureLog, type CapturedLog } from '../support/captured-log.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

/** Handlers with one place to work and two to wait, which go on when they are told to. */
@Controller()
class Narrow {
  readonly handled: unknown[] = [];
  running = 0;
  private release!: () => void;
  private readonly released = new Promise<void>((resolve) => (this.release = resolve));

  goOn(): void {
    this.release();
  }

  @Subscribe('narrow.event', { concurrency: 1, maxPending: 2 })
  onEvent(@Payload() data: unknown): Promise<void> {
    return this.work(data);
  }

  @Respond('narrow.ask', { concurrency: 1, maxPending: 2 })
  ask(@Payload() data: unknown): Promise<unknown> {
    return this.work(data).then(() => data);
  }

  @Respond('narrow.drop', { concurrency: 1, maxPending: 0, overflow: 'drop' })
  drop(@Payload() data: unknown): Promise<unknown> {
    return this.work(data).then(() => data);
  }

  @Respond('narrow.free')
  free(): string {
    return 'free';
  }

  private async work(data: unknown): Promise<void> {
    this.running++;
    await this.released;
    this.handled.push(data);
  }
}

const bench = new NatsBench();
let log: CapturedLog;
beforeAll(() => bench.start());
afterEach(async () => {
  await bench.clear();
  log.stop();
});
afterAll(() => bench.stop());

async function started() {
  const app = await bench.listen([Narrow]);
  log = captureLog();
  const narrow = app.get(Narrow);
  bench.own(() => narrow.goOn());
  const client = bench.client({ timeoutMs: 20_000 });
  await client.connect();
  return { app, narrow, client };
}

describe('F15: requests beyond maxPending', () => {
  it('are answered UNAVAILABLE at once; the others are handled in order', async () => {
    const { narrow, client } = await started();
    const outcomes: string[] = [];
    const answers = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) =>
      client.request(`narrow.ask`, name).then(
        () => outcomes.push(`${name} answered`),
        (error: unknown) => outcomes.push(`${name} ${(error as { code: string }).code}`),
      ),
    );
    await waitFor(() => outcomes.length === 3, { what: 'three to be refused', timeoutMs: 5_000 });
    // nobody has been answered yet: the refusals did not wait for the handler
    expect(narrow.handled).toEqual([]);
    expect(outcomes).toEqual(['d UNAVAILABLE', 'e UNAVAILABLE', 'f UNAVAILABLE']);
    narrow.goOn();
    await Promise.all(answers);
    expect(narrow.handled).toEqual(['a', 'b', 'c']);
    expect(outcomes.slice(3)).toEqual(['a answered', 'b answered', 'c answered']);
  });

  it('get the status 503 and fixed words, and count nothing as handled', async () => {
    const { narrow, client } = await started();
    const waiting = [1, 2, 3].map((n) => client.request('narrow.ask', n));
    await waitFor(() => narrow.running === 1, { what: 'the first to start' });
    await expect(rejection(client.request('narrow.ask', 'secret'))).resolves.toMatchObject({
      name: 'RemoteError',
      code: 'UNAVAILABLE',
      message: 'Too much work under way',
      status: 503,
    });
    narrow.goOn();
    await expect(Promise.all(waiting)).resolves.toEqual([1, 2, 3]);
    await expect(client.request('narrow.ask', 4)).resolves.toBe(4);
  });

  it('are logged once, with what to do, and not for each', async () => {
    const { narrow, client } = await started();
    const waiting = [1, 2, 3].map((n) => client.request('narrow.ask', n));
    for (let n = 0; n < 20; n++) await rejection(client.request('narrow.ask', n));
    const lines = log.lines.filter((line) => line.includes('narrow.ask'));
    expect(lines).toEqual([
      'warn A message on "narrow.ask" was rejected: the handler for "narrow.ask" works on 1 and ' +
        '2 wait. Raise concurrency or maxPending, or add replicas',
    ]);
    narrow.goOn();
    await Promise.all(waiting);
  });

  it("are dropped with overflow: 'drop': the caller hears nothing", async () => {
    const { narrow, client } = await started();
    const first = client.request('narrow.drop', 'first');
    await waitFor(() => narrow.running === 1, { what: 'the first to start' });
    await expect(client.request('narrow.drop', 'second', { timeoutMs: 100 })).rejects.toMatchObject(
      { code: 'TIMEOUT' },
    );
    narrow.goOn();
    await expect(first).resolves.toBe('first');
    expect(narrow.handled).toEqual(['first']);
  });

  it('of one handler do not concern another', async () => {
    const { narrow, client } = await started();
    const waiting = [1, 2, 3].map((n) => client.request('narrow.ask', n));
    await rejection(client.request('narrow.ask', 4));
    await expect(client.request('narrow.free', {})).resolves.toBe('free');
    narrow.goOn();
    await Promise.all(waiting);
  });
});

it('F15: events beyond maxPending are dropped, which is logged once', async () => {
  const { app, narrow, client } = await started();
  for (let n = 0; n < 50; n++) await client.publish('narrow.event', n);
  await client.publish('narrow.event', 'last', { confirm: 'flush' });
  // the answer comes after the events
  await client.request('narrow.free', {});
  expect(narrow.running).toBe(1);
  const closing = app.close();
  narrow.goOn();
  await closing;
  expect(narrow.handled).toEqual([0, 1, 2]);
  expect(log.lines.filter((line) => line.includes('narrow.event'))).toEqual([
    'warn A message on "narrow.event" was dropped: the handler for "narrow.event" works on 1 and ' +
      '2 wait. Raise concurrency or maxPending, or add replicas',
  ]);
});
