import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { defer, finalize, interval, type Observable } from 'rxjs';
import { type NatsClient, NatsSharedConnection } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Endless {
  subscribed = 0;
  left = 0;
  readonly late: ((source: Observable<number>) => void)[] = [];

  @MessagePattern('shutdown.endless')
  endless(): Observable<number> {
    this.subscribed++;
    return interval(2).pipe(finalize(() => this.left++));
  }

  @MessagePattern('shutdown.late')
  async startsLate(): Promise<Observable<number>> {
    return new Promise((resolve) => this.late.push(resolve));
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

let connection: NatsSharedConnection;
let holder: NatsClient;
beforeEach(async () => {
  connection = new NatsSharedConnection({ servers: bench.server.url });
  // the connection stands when the strategy has left it
  holder = bench.client({ connection });
  await holder.connect();
});

it('a streamed answer is left when close() stops waiting, and its caller hears of it', async () => {
  const app = await bench.listen([Endless], { connection, shutdownTimeoutMs: 30 });
  const values: number[] = [];
  const ended = new Promise((resolve) => {
    bench
      .client()
      .send<number>('shutdown.endless', {})
      .subscribe({ next: (value) => values.push(value), error: resolve });
  });
  await waitFor(() => values.length > 1, { what: 'the stream to begin' });
  await app.close();
  expect(app.get(Endless).left).toBe(1);
  await expect(ended).resolves.toMatchObject({
    name: 'RemoteError',
    code: 'UNAVAILABLE',
    message: 'The responder stops',
  });
});

it('so is what an event handler has started', async () => {
  const { app, strategy } = await bench.create([], { connection, shutdownTimeoutMs: 0 });
  let left = 0;
  let started = false;
  await strategy.registerSubscriber('shutdown.event', () => {
    started = true;
    return interval(2).pipe(finalize(() => left++));
  });
  await app.listen();
  await holder.publish('shutdown.event', {});
  await waitFor(() => started, { what: 'the handler to start' });
  await app.close();
  expect(left).toBe(1);
});

it('what a handler gives after that is not begun', async () => {
  const app = await bench.listen([Endless], { connection, shutdownTimeoutMs: 0 });
  const endless = app.get(Endless);
  const ended = new Promise((resolve) => {
    bench.client().send('shutdown.late', {}).subscribe({ error: resolve });
  });
  await waitFor(() => endless.late.length === 1, { what: 'the handler to start' });
  await app.close();
  let subscribed = false;
  endless.late[0]!(
    defer(() => {
      subscribed = true;
      return interval(1);
    }),
  );
  await expect(ended).resolves.toMatchObject({ code: 'UNAVAILABLE' });
  expect(subscribed).toBe(false);
});
