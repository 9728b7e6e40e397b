import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { Consume, DeadLetters, type StreamDeclaration } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Service {
  readonly handled: unknown[] = [];

  @MessagePattern('many.ask')
  ask(@Payload() data: unknown): unknown {
    return data;
  }

  @EventPattern('many.event')
  onEvent(@Payload() data: unknown): void {
    this.handled.push(data);
  }
}

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** A block of so many headers, each with a name of its own. */
function headers(count: number): string {
  return Array.from({ length: count }, (_, i) => `\r\nK${i}: v`).join('');
}

// the client library takes a time that grows with the square: of a message of 1 MB minutes, and all of
// the process waits
const MANY = headers(25_000);
const PROMPT_MS = 3_000;

it('F1: a message with very many headers is refused before they are read', async () => {
  const app = await bench.listen([Service]);
  const raw = await bench.raw();
  const client = bench.client({ timeoutMs: 60_000 });
  await client.connect();
  raw.publish('many.event', '"many"', { headers: MANY });
  raw.publish('many.ask', '1', { headers: MANY, reply: '_INBOX.many' });
  await raw.flush();
  const start = performance.now();
  await expect(client.request('many.ask', 1)).resolves.toBe(1);
  expect(performance.now() - start).toBeLessThan(PROMPT_MS);
  await client.publish('many.event', 'next', { confirm: 'flush' });
  await app.close();
  expect(app.get(Service).handled).toEqual(['next']);
});

it('F1: an answer with very many headers fails its request at once', async () => {
  const [raw, peer] = await Promise.all([bench.raw(), bench.peer()]);
  peer.subscribe('many.hostile', {
    callback: (_, { reply }) => raw.publish(reply!, '', { headers: MANY }),
  });
  await peer.flush();
  const client = bench.client({ timeoutMs: 60_000 });
  const start = performance.now();
  expect(await rejection(client.request('many.hostile', 1))).toMatchObject({
    code: 'INVALID_HEADER',
  });
  expect(performance.now() - start).toBeLessThan(PROMPT_MS);
});

const streams: StreamDeclaration[] = [{ name: 'MANY', subjects: ['stored.>'] }];

@Controller()
class Consumer {
  readonly handled: unknown[] = [];

  @Consume('stored.many', { stream: 'MANY', durable: 'many' })
  onStored(@Payload() data: unknown): void {
    this.handled.push(data);
  }
}

/** A stream stores no more bytes of headers than 65,535. */
const AS_MANY_AS_STORED = headers(5_000);

it('F1: a message of a stream with very many headers is a dead letter at once', async () => {
  const app = await bench.listen([Consumer], { streams });
  const raw = await bench.raw();
  raw.publish('stored.many', '"many"', { headers: AS_MANY_AS_STORED });
  // one that somebody has put there, as it is
  raw.publish('dead.MANY.forged', '"forged"', { headers: AS_MANY_AS_STORED });
  raw.publish('stored.many', '"next"');
  await raw.flush();
  const letters = new DeadLetters({ servers: bench.server.url });
  bench.own(() => letters.close());
  const found: unknown[] = [];
  await waitFor(
    async () => {
      found.length = 0;
      for await (const { data, reason, headers } of letters.list()) {
        found.push([Buffer.from(data).toString(), reason, headers.keys().length]);
      }
      return found.length === 2;
    },
    { what: () => `the dead letters; there are ${JSON.stringify(found)}` },
  );
  await waitFor(() => app.get(Consumer).handled.length === 1, { what: 'the next message' });
  expect(found).toContainEqual(['"many"', 'unreadable', 0]);
  expect(found).toContainEqual(['"forged"', '', 0]);
  expect(app.get(Consumer).handled).toEqual(['next']);
});

it.each([
  ['as many as may be', 255, true],
  ['one more', 256, false],
])('%s', async (_, count, taken) => {
  const app = await bench.listen([Service]);
  const raw = await bench.raw();
  raw.publish('many.event', '1', { headers: headers(count) });
  await raw.flush();
  await app.close();
  expect(app.get(Service).handled).toEqual(taken ? [1] : []);
});

it.each([
  ['as long as may be', 65_536, true],
  ['a byte longer', 65_537, false],
])('a block %s', async (_, bytes, taken) => {
  const app = await bench.listen([Service]);
  const raw = await bench.raw();
  const frame = 'NATS/1.0\r\nK: \r\n\r\n'.length;
  raw.publish('many.event', '1', { headers: `\r\nK: ${'x'.repeat(bytes - frame)}` });
  await raw.flush();
  await app.close();
  expect(app.get(Service).handled).toEqual(taken ? [1] : []);
});
