import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { NatsClient } from 'nestjs-nats';
import { setTimeout as delay } from 'node:timers/promises';
import { connections, onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Service {
  @MessagePattern('race.ask')
  ask(): string {
    return 'answer';
  }

  @EventPattern('race.event')
  onEvent(_data: unknown): void {}
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const names = async () => (await connections(bench.server)).map(({ name }) => name);

describe('a client that is closed in the turn in which it was used', () => {
  it('F7: emit(): it is sent, and the connection left', async () => {
    const peer = await bench.peer({ name: 'listener' });
    const received: string[] = [];
    peer.subscribe('turn.event', {
      callback: (_, message) => void received.push(message.string()),
    });
    await peer.flush();
    const client = bench.client();
    await client.connect();
    client.emit('turn.event', 'emitted');
    await client.close();
    await waitFor(() => received.length > 0, { what: 'the event' });
    expect(received).toEqual(['"emitted"']);
    await onlyConnected(bench.server, ['listener']);
  });

  it('gets the answer to its request, and leaves the connection', async () => {
    await bench.listen([Service], { name: 'service' });
    const client = bench.client();
    await client.connect();
    const answer = client.request('race.ask', 1);
    await client.close();
    expect(await answer).toBe('answer');
    expect(await names()).toEqual(['service']);
  });
});

it('a closed client leaves no timer: the process can end', async () => {
  await bench.listen([Service]);
  const timers = () => process.getActiveResourcesInfo().filter((r) => r === 'Timeout').length;
  const before = timers();
  const client = new NatsClient({ servers: bench.server.url, timeoutMs: 60_000 });
  await client.request('race.ask', 1);
  await client.close();
  await waitFor(() => timers() <= before, { what: 'the timers to end', timeoutMs: 2_000 });
});

it('a strategy that is closed while it starts does not stay', async () => {
  const { strategy } = await bench.create([Service]);
  const listening = new Promise((resolve) => {
    void strategy.listen((error, info) => resolve(error ?? info));
  });
  await strategy.close();
  await listening;
  await waitFor(async () => (await names()).length === 0, {
    what: 'its connection to end',
    timeoutMs: 2_000,
  });
});

it('a second listen() subscribes to nothing twice', async () => {
  const { app, strategy } = await bench.create([Service]);
  await app.listen();
  await new Promise((resolve) => void strategy.listen(resolve));
  const subscribed = (await connections(bench.server)).flatMap((c) => c.subscriptions_list ?? []);
  expect(subscribed.filter((subject) => subject === 'race.ask')).toHaveLength(1);
  await app.close();
  expect(await names()).toEqual([]);
});

it('close() ends in shutdownTimeoutMs or so when the server hangs', async () => {
  const { strategy } = await bench.create([Service], { shutdownTimeoutMs: 200 });
  await new Promise((resolve) => void strategy.listen(resolve));
  bench.server.pause();
  const outcome = await Promise.race([
    strategy.close().then(() => 'closed'),
    delay(3_000, 'hangs'),
  ]);
  bench.server.resume();
  expect(outcome).toBe('closed');
});
