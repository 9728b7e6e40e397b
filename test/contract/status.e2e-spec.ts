import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NatsConnection } from '@nats-io/transport-node';
import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Handlers {
  @MessagePattern('status.request')
  request(): string {
    return 'answer';
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('a strategy', () => {
  it('shows its status through the app', async () => {
    const { app } = await bench.create([Handlers]);
    const first = firstValueFrom(app.status);
    await app.listen();
    await expect(first).resolves.toBe('connected');
  });

  it('takes listeners through the app before it listens', async () => {
    const { app } = await bench.create([Handlers]);
    const heard: unknown[] = [];
    app.on('connect', (server: string) => heard.push(server));
    await app.listen();
    expect(heard).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
  });

  it('gives its connection through the app', async () => {
    const { app } = await bench.create([Handlers]);
    expect(() => app.unwrap()).toThrow('Not initialized');
    await app.listen();
    expect(app.unwrap<NatsConnection>().info?.port).toBe(bench.server.port);
  });
});

describe('a client', () => {
  it('shows its status, takes listeners and gives its connection', async () => {
    const client = bench.client();
    const heard: unknown[] = [];
    client.on('connect', (server) => heard.push(server));
    expect(() => client.unwrap()).toThrow('Not initialized');
    const first = firstValueFrom(client.status);
    await client.connect();
    await expect(first).resolves.toBe('connected');
    expect(heard).toHaveLength(1);
    expect(client.unwrap().info?.port).toBe(bench.server.port);
  });
});
