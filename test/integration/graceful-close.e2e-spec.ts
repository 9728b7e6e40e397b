import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { setTimeout as delay } from 'node:timers/promises';
import { concat, from, lastValueFrom, type Observable, of, toArray } from 'rxjs';
import { connections, onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

/** Handlers that go on when they are told to. */
@Controller()
class Patient {
  readonly started: unknown[] = [];
  readonly finished: unknown[] = [];
  private release!: () => void;
  private readonly released = new Promise<void>((resolve) => (this.release = resolve));

  goOn(): void {
    this.release();
  }

  @MessagePattern('close.ask')
  async ask(@Payload() data: unknown): Promise<unknown> {
    await this.work(data);
    return { data };
  }

  @MessagePattern('close.stream')
  stream(): Observable<unknown> {
    this.started.push('stream');
    return concat(of('first'), from(this.released.then(() => 'last')));
  }

  @EventPattern('close.event')
  onEvent(@Payload() data: unknown): Promise<void> {
    return this.work(data);
  }

  private async work(data: unknown): Promise<void> {
    this.started.push(data);
    await this.released;
    await delay(5);
    this.finished.push(data);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Waits until no subscription is left, so that closing has begun. */
async function unsubscribed(): Promise<void> {
  await waitFor(
    async () => {
      const all = await connections(bench.server);
      return !all.some(({ subscriptions_list = [] }) => subscriptions_list.includes('close.ask'));
    },
    { what: 'the subscriptions to end' },
  );
}

describe('F8, U8: close()', () => {
  it('waits for the request handler under way, and its answer is delivered', async () => {
    const app = await bench.listen([Patient]);
    const patient = app.get(Patient);
    const client = bench.client();
    const answer = client.request('close.ask', 'under way');
    await waitFor(() => patient.started.length === 1, { what: 'the handler to start' });

    let closed = false;
    const closing = app.close().then(() => (closed = true));
    await unsubscribed();
    // nobody new is let in, and nobody is thrown out
    await expect(client.request('close.ask', 'too late')).rejects.toMatchObject({
      code: 'NO_RESPONDERS',
    });
    expect(closed).toBe(false);
    patient.goOn();
    await expect(answer).resolves.toEqual({ data: 'under way' });
    await closing;
    expect(patient.finished).toEqual(['under way']);
    expect(patient.started).toEqual(['under way']);
  });

  it('waits for the event handlers under way', async () => {
    const app = await bench.listen([Patient]);
    const patient = app.get(Patient);
    const client = bench.client();
    for (const n of [1, 2, 3]) await client.publish('close.event', n);
    await waitFor(() => patient.started.length === 3, { what: 'the handlers to start' });
    const closing = app.close();
    await unsubscribed();
    expect(patient.finished).toEqual([]);
    patient.goOn();
    await closing;
    expect(patient.finished).toEqual([1, 2, 3]);
  });

  it('waits for the streams under way', async () => {
    const app = await bench.listen([Patient]);
    const patient = app.get(Patient);
    const values = lastValueFrom(bench.client().send('close.stream', {}).pipe(toArray()));
    await waitFor(() => patient.started.length === 1, { what: 'the stream to start' });
    const closing = app.close();
    await unsubscribed();
    patient.goOn();
    await expect(values).resolves.toEqual(['first', 'last']);
    await closing;
  });

  it('delivers the answers of 50 requests under way', async () => {
    const app = await bench.listen([Patient]);
    const patient = app.get(Patient);
    const client = bench.client();
    const numbers = Array.from({ length: 50 }, (_, i) => i);
    const answers = Promise.all(numbers.map((n) => client.request('close.ask', n)));
    await waitFor(() => patient.started.length === 50, { what: 'the handlers to start' });
    const closing = app.close();
    patient.goOn();
    await closing;
    await expect(answers).resolves.toEqual(numbers.map((data) => ({ data })));
  });

  it('handles what the server had sent by then', async () => {
    const app = await bench.listen([Patient]);
    const patient = app.get(Patient);
    patient.goOn();
    const client = bench.client();
    await client.connect();
    const numbers = Array.from({ length: 500 }, (_, i) => i);
    for (const n of numbers) void client.publish('close.event', n);
    await client.publish('close.event', 'end', { confirm: 'flush' });
    await app.close();
    expect(patient.finished).toEqual([...numbers, 'end']);
  });

  it('waits no longer than shutdownTimeoutMs', async () => {
    const app = await bench.listen([Patient], { shutdownTimeoutMs: 60 });
    const patient = app.get(Patient);
    const client = bench.client({ timeoutMs: 200 });
    const refused = rejection(client.request('close.ask', 'hangs'));
    await waitFor(() => patient.started.length === 1, { what: 'the handler to start' });
    const start = performance.now();
    await app.close();
    const elapsedMs = performance.now() - start;
    expect(elapsedMs).toBeGreaterThanOrEqual(59);
    expect(elapsedMs).toBeLessThan(5_000);
    expect(patient.finished).toEqual([]);
    await expect(refused).resolves.toMatchObject({ code: 'TIMEOUT' });
    // the answer that comes after all has nowhere to go, and that is no crash
    patient.goOn();
    await waitFor(() => patient.finished.length === 1, { what: 'the handler to end' });
  });

  it('may be called twice, at once and later', async () => {
    const { app, strategy } = await bench.create([Patient]);
    await app.listen();
    await Promise.all([strategy.close(), strategy.close()]);
    await strategy.close();
    await app.close();
    await expect(onlyConnected(bench.server, [])).resolves.toBeUndefined();
  });

  it('may be called before listen()', async () => {
    const { strategy } = await bench.create([Patient]);
    await expect(strategy.close()).resolves.toBeUndefined();
  });

  it('leaves a strategy that can listen again', async () => {
    const { app, strategy } = await bench.create([Patient]);
    app.get(Patient).goOn();
    await app.listen();
    await strategy.close();
    const client = bench.client();
    await expect(client.request('close.ask', 1)).rejects.toMatchObject({ code: 'NO_RESPONDERS' });
    await new Promise<void>((resolve, reject) => {
      void strategy.listen((error) => (error === undefined ? resolve() : reject(error)));
    });
    await expect(client.request('close.ask', 2)).resolves.toEqual({ data: 2 });
  });
});
