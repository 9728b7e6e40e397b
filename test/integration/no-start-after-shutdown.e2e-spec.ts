import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { NatsSharedConnection } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const handled: unknown[] = [];

@Controller()
class Service {
  @EventPattern('deadline.event')
  onEvent(@Payload() data: unknown): void {
    handled.push(data);
  }

  @MessagePattern('deadline.request')
  onRequest(@Payload() data: unknown): void {
    handled.push(data);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it.each(['deadline.event', 'deadline.request'])(
  'a message that is still being read when close() stops waiting is not handled: %s',
  async (subject) => {
    const readers: (() => void)[] = [];
    const deserialize = (): Promise<unknown> =>
      new Promise((resolve) => {
        readers.push(() => resolve({ pattern: subject, data: 'late' }));
      });
    // the connection stands when the strategy has left it
    const connection = new NatsSharedConnection({ servers: bench.server.url });
    const client = bench.client({ connection });
    const settings = { connection, deserializer: { deserialize }, shutdownTimeoutMs: 0 };
    const app = await bench.listen([Service], settings);
    await client.connect();
    client.unwrap().publish(subject, '{}', { reply: '_INBOX.nobody' });
    client.unwrap().publish(subject, '{}');
    await waitFor(() => readers.length === 2, { what: 'both messages to be read' });
    await app.close();
    for (const read of readers) read();
    await new Promise(setImmediate);
    expect(handled).toEqual([]);
  },
);
