import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Service {
  readonly received: unknown[] = [];

  @EventPattern('restart.event')
  onEvent(@Payload() data: unknown): void {
    this.received.push(data);
  }

  @MessagePattern('restart.square')
  square(@Payload() n: number): number {
    return n * n;
  }

  @MessagePattern('restart.hang')
  hang(@Payload() data: unknown): Promise<never> {
    this.received.push(data);
    return new Promise(() => undefined);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const quick = { reconnectTimeWait: 20, reconnectJitter: 0 };

async function started() {
  const { app, strategy } = await bench.create([Service], { ...quick, shutdownTimeoutMs: 0 });
  const client = bench.client({ ...quick, timeoutMs: 20_000 });
  const events: string[] = [];
  // listeners may come before the connection
  for (const event of ['connect', 'disconnect', 'reconnect', 'close'] as const) {
    strategy.on(event, () => events.push(`strategy ${event}`));
    client.on(event, () => events.push(`client ${event}`));
  }
  await app.listen();
  await client.connect();
  const both = (event: string) =>
    waitFor(() => events.includes(`strategy ${event}`) && events.includes(`client ${event}`), {
      what: `${event} at both ends`,
    });
  return { app, strategy, client, events, both };
}

it('N11: after a restart of the server, events are handled and requests answered again', async () => {
  const { app, strategy, client, events, both } = await started();
  await client.publish('restart.event', 'before', { confirm: 'flush' });
  await expect(client.request('restart.square', 3)).resolves.toBe(9);

  await bench.server.kill();
  await both('disconnect');
  await bench.server.restart();
  await both('reconnect');
  // the server has the subscriptions when it answers
  await strategy.unwrap().flush();
  await client.publish('restart.event', 'after', { confirm: 'flush' });
  await expect(client.request('restart.square', 4)).resolves.toBe(16);
  await app.close();
  await client.close();

  expect(app.get(Service).received).toEqual(['before', 'after']);
  for (const end of ['strategy', 'client']) {
    const own = events.filter((event) => event.startsWith(end)).map((event) => event.split(' ')[1]);
    expect(own).toEqual(['connect', 'disconnect', 'reconnect', 'close']);
  }
});

it('N11: survives several restarts', async () => {
  const { app, strategy, client, events } = await started();
  const returned = (end: string) => events.filter((event) => event === `${end} reconnect`).length;
  for (const round of [1, 2, 3]) {
    await bench.server.restart();
    await waitFor(() => returned('strategy') === round && returned('client') === round, {
      what: `return number ${round}`,
    });
    await strategy.unwrap().flush();
    await client.publish('restart.event', round, { confirm: 'flush' });
  }
  const { received } = app.get(Service);
  // that the server has the last one does not say that it has arrived; and closing waits for nothing here
  await waitFor(() => received.length >= 3, { what: () => `three events, not ${received.length}` });
  await app.close();
  expect(received).toEqual([1, 2, 3]);
});

it('F7: while the server is down, everything is refused at once, and later nothing arrives late', async () => {
  const { app, strategy, client, both } = await started();
  await bench.server.kill();
  await both('disconnect');
  const start = performance.now();
  const refused = [
    client.publish('restart.event', 'lost'),
    client.publish('restart.event', 'lost', { confirm: 'flush' }),
    lastValueFrom(client.emit('restart.event', 'lost')),
    client.request('restart.square', 3),
    lastValueFrom(client.send('restart.square', 3)),
  ];
  for (const outcome of refused) {
    await expect(outcome).rejects.toMatchObject({
      name: 'NatsTransportError',
      code: 'NOT_CONNECTED',
    });
  }
  expect(performance.now() - start).toBeLessThan(1_000);

  await bench.server.restart();
  await both('reconnect');
  await strategy.unwrap().flush();
  await client.publish('restart.event', 'marker', { confirm: 'flush' });
  await app.close();
  expect(app.get(Service).received).toEqual(['marker']);
});

it('a request under way rejects with CONNECTION_LOST within a second of the disconnect', async () => {
  const { app, client, both } = await started();
  const { received } = app.get(Service);
  const pending = [
    client.request('restart.hang', 1),
    client.request('restart.hang', 2),
    lastValueFrom(client.send('restart.hang', 3)),
  ].map((work) => rejection(work));
  await waitFor(() => received.length === 3, { what: 'the handlers to start' });
  const start = performance.now();
  await bench.server.kill();
  for (const error of await Promise.all(pending)) {
    expect(error).toMatchObject({ name: 'NatsTransportError', code: 'CONNECTION_LOST' });
  }
  expect(performance.now() - start).toBeLessThan(1_000);
  await bench.server.restart();
  await both('reconnect');
  await expect(client.request('restart.square', 5)).resolves.toBe(25);
});

it('a request meets no server at first, and works when there is one', async () => {
  const client = bench.client();
  await bench.server.kill();
  await expect(client.request('restart.square', 1)).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
  });
  await expect(lastValueFrom(client.emit('restart.event', 1))).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
  });
  await bench.server.restart();
  await bench.listen([Service]);
  await expect(client.request('restart.square', 6)).resolves.toBe(36);
});

it('close() comes to an end while the server is down', async () => {
  const { app, client, both } = await started();
  await bench.server.kill();
  await both('disconnect');
  await expect(Promise.all([app.close(), client.close()])).resolves.toBeDefined();
  await both('close');
  await bench.server.restart();
});
