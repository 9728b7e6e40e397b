import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  type BeforeApplicationShutdown,
  Controller,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { NatsStrategy } from 'nestjs-nats';
import { httpApp, startHybrid } from '../support/http-app.js';
import { connections } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

let steps: string[];
let release: () => void;
let released: Promise<void>;

@Controller()
class Slow {
  @MessagePattern('shutdown.request')
  async request(): Promise<string> {
    steps.push('request begins');
    await released;
    steps.push('request ends');
    return 'answer';
  }

  @EventPattern('shutdown.event')
  async event(@Payload() _data: unknown): Promise<void> {
    steps.push('event begins');
    await released;
    steps.push('event ends');
  }
}

@Injectable()
class Hooks implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  onModuleDestroy(): void {
    steps.push('onModuleDestroy');
  }

  beforeApplicationShutdown(signal?: string): void {
    steps.push(`beforeApplicationShutdown ${signal}`);
    release();
  }

  onApplicationShutdown(signal?: string): void {
    steps.push(`onApplicationShutdown ${signal}`);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  steps = [];
  released = new Promise((resolve) => {
    release = resolve;
  });
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('close() waits for what is under way, and its answer arrives', async () => {
  const app = await bench.listen([Slow]);
  const client = bench.client();
  const answer = client.request('shutdown.request', {});
  await client.publish('shutdown.event', {});
  await waitFor(() => steps.length === 2, { what: 'both handlers to begin' });
  const closed = app.close().then(() => steps.push('closed'));
  release();
  await closed;
  await expect(answer).resolves.toBe('answer');
  expect(steps.slice(2, 4).toSorted()).toEqual(['event ends', 'request ends']);
  expect(steps.at(-1)).toBe('closed');
});

it('close() ends the subscriptions before it waits: another replica takes over', async () => {
  const app = await bench.listen([Slow], { queue: 'replicas', name: 'leaving' });
  const client = bench.client();
  const first = client.request('shutdown.request', {});
  await waitFor(() => steps.length === 1, { what: 'the handler to begin' });
  const closed = app.close();
  const left = async (): Promise<boolean> =>
    (await connections(bench.server)).some(
      ({ name, subscriptions }) => name === 'leaving' && subscriptions === 0,
    );
  await waitFor(left, { what: 'the subscriptions to end' });
  await expect(client.request('shutdown.request', {})).rejects.toMatchObject({
    code: 'NO_RESPONDERS',
  });
  release();
  await closed;
  await expect(first).resolves.toBe('answer');
});

it("a hybrid app's shutdown hooks run around what is under way", async () => {
  const app = await httpApp(bench, { controllers: [Slow], providers: [Hooks] });
  await startHybrid(app, [new NatsStrategy({ servers: bench.server.url })]);
  const answer = bench.client().request('shutdown.request', {});
  await waitFor(() => steps.length === 1, { what: 'the handler to begin' });
  await app.close();
  await expect(answer).resolves.toBe('answer');
  expect(steps).toEqual([
    'request begins',
    'onModuleDestroy',
    'beforeApplicationShutdown undefined',
    'request ends',
    'onApplicationShutdown undefined',
  ]);
});
