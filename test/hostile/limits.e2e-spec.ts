import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { type Codec, jsonCodecWith, NatsClient, NatsStrategy } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

@Controller()
class Service {
  readonly handled: unknown[] = [];

  @MessagePattern('limits.ask')
  ask(@Payload() data: unknown): unknown {
    this.handled.push(data);
    return data;
  }

  @EventPattern('limits.event')
  onEvent(@Payload() data: unknown): void {
    this.handled.push(data);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('F24: maxPayloadBytes', () => {
  it('refuses larger payloads unread: requests hear of it, and each is counted', async () => {
    const { app, strategy } = await bench.create([Service], { maxPayloadBytes: 12 });
    await app.listen();
    const client = bench.client();
    // two quotes are part of it
    await expect(client.request('limits.ask', 'x'.repeat(10))).resolves.toBe('x'.repeat(10));
    expect(await rejection(client.request('limits.ask', 'x'.repeat(11)))).toMatchObject({
      name: 'RemoteError',
      code: 'PAYLOAD_TOO_LARGE',
      message: 'The request is too large',
      status: 413,
    });
    await client.publish('limits.event', 'x'.repeat(11));
    await client.publish('limits.event', 'last', { confirm: 'flush' });
    await app.close();
    expect(app.get(Service).handled).toEqual(['x'.repeat(10), 'last']);
    expect(strategy.counters.unreadable).toBe(2);
  });

  it.each([0, -1, 1.5, NaN, '1'])('cannot be %p', (maxPayloadBytes) => {
    expect(() => new NatsStrategy({ maxPayloadBytes: maxPayloadBytes as number })).toThrow(
      /maxPayloadBytes: expected/,
    );
  });
});

describe('F24: the depth of JSON', () => {
  const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

  it.each([
    ['json', 'json' as const, 64],
    ['a codec of ours that reads less', jsonCodecWith({ maxDepth: 2 }), 2],
    ['one that reads more', jsonCodecWith({ maxDepth: 200 }), 200],
  ])('with %s', async (_, codec, depth) => {
    const { app, strategy } = await bench.create([Service], { codec });
    await app.listen();
    const client = bench.client({ codec: codec as Codec });
    await expect(client.request('limits.ask', nested(depth))).resolves.toEqual(nested(depth));
    expect(await rejection(client.request('limits.ask', nested(depth + 1)))).toMatchObject({
      code: 'BAD_REQUEST',
    });
    expect(strategy.counters.unreadable).toBe(1);
  });

  it('is no reason to name a content type', async () => {
    const peer = await bench.peer();
    const headers: unknown[] = [];
    peer.subscribe('limits.wire', { callback: (_, message) => void headers.push(message.headers) });
    await peer.flush();
    const client = bench.client({ codec: jsonCodecWith({ maxDepth: 2 }) });
    await client.publish('limits.wire', 1, { confirm: 'flush' });
    await peer.flush();
    expect(headers).toEqual([undefined]);
  });

  it.each([0, 1.5, '2'])('cannot be %p', (maxDepth) => {
    expect(() => jsonCodecWith({ maxDepth: maxDepth as number })).toThrow(/maxDepth: expected/);
  });
});

describe('F16: maxPendingRequests', () => {
  it('refuses one more at once, and takes one again when another is over', async () => {
    const peer = await bench.peer();
    const answers: (() => void)[] = [];
    peer.subscribe('limits.slow', { callback: (_, m) => void answers.push(() => m.respond('1')) });
    await peer.flush();
    const client = bench.client({ maxPendingRequests: 2 });
    await client.connect();
    const waiting = [client.request('limits.slow', 1), client.request('limits.slow', 2)];
    expect(await rejection(client.request('limits.slow', 3))).toMatchObject({
      name: 'NatsTransportError',
      code: 'UNAVAILABLE',
      details: { subject: 'limits.slow', limit: 2 },
    });
    expect(client.counters).toEqual({ pending: 2, overflowed: 1, lateAnswers: 0 });
    await client.unwrap().flush();
    await peer.flush();
    for (const answer of answers) answer();
    await expect(Promise.all(waiting)).resolves.toEqual([1, 1]);
    await expect(client.request('limits.slow', 4, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    // too late for anybody
    answers.at(-1)!();
    await peer.flush();
    await client.unwrap().flush();
    expect(client.counters).toEqual({ pending: 0, overflowed: 1, lateAnswers: 1 });
  });

  it.each([0, 0.5, '7'])('cannot be %p', (maxPendingRequests) => {
    expect(() => new NatsClient({ maxPendingRequests: maxPendingRequests as number })).toThrow(
      /maxPendingRequests: expected/,
    );
  });
});
