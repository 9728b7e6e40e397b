import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NatsConnection } from '@nats-io/transport-node';
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

describe('F24: headers that come in', () => {
  it.each([
    ['bytes', { maxHeaderBytes: 60 }, { a: 'x'.repeat(60) }],
    // the first line and one header
    ['lines', { maxHeaderLines: 2 }, { a: '1', b: '2' }],
  ])('are refused with more %s than may be, and each is counted', async (_, limits, headers) => {
    const { app, strategy } = await bench.create([Service], limits);
    await app.listen();
    const client = bench.client();
    const few = { a: '1' };
    await expect(client.request('limits.ask', 'few', { headers: few })).resolves.toBe('few');
    expect(await rejection(client.request('limits.ask', 1, { headers }))).toMatchObject({
      name: 'RemoteError',
      code: 'BAD_REQUEST',
    });
    await client.publish('limits.event', 1, { headers });
    await client.publish('limits.event', 'last', { headers: few, confirm: 'flush' });
    await app.close();
    expect(app.get(Service).handled).toEqual(['few', 'last']);
    expect(strategy.counters.unreadable).toBe(2);
  });

  it.each([
    ['maxHeaderBytes', [0, 65_537, 1.5, '1']],
    ['maxHeaderLines', [0, 257, NaN, '1']],
  ])('%s cannot be more than holds for all, nor nothing', (option, values) => {
    for (const value of values)
      expect(() => new NatsStrategy({ [option]: value })).toThrow(`${option}: expected`);
  });
});

describe('F24: what goes out', () => {
  it('is refused when it is larger than the server takes, and counted', async () => {
    const client = bench.client();
    await client.connect();
    const { max_payload: most } = client.unwrap<NatsConnection>().info!;
    // two quotes are part of it
    const asMuchAsMayBe = 'x'.repeat(most - 2);
    await client.publish('limits.out', asMuchAsMayBe);
    const refused = { code: 'PAYLOAD_TOO_LARGE', details: { size: most + 1, limit: most } };
    const tooMuch = `${asMuchAsMayBe}x`;
    expect(await rejection(client.publish('limits.out', tooMuch))).toMatchObject(refused);
    expect(await rejection(client.request('limits.out', tooMuch))).toMatchObject(refused);
    // headers count too
    const headers = { a: '1' };
    expect(await rejection(client.publish('limits.out', asMuchAsMayBe, { headers }))).toMatchObject(
      { code: 'PAYLOAD_TOO_LARGE' },
    );
    expect(client.counters.tooLarge).toBe(3);
  });

  it('is refused when its subject is longer than maxSubjectBytes, and counted', async () => {
    const client = bench.client({ maxSubjectBytes: 300 });
    await client.publish('s'.repeat(300), 1, { confirm: 'flush' });
    await client.publish('ü'.repeat(150), 1, { confirm: 'flush' });
    const refused = { code: 'INVALID_SUBJECT', details: { size: 301, limit: 300 } };
    expect(await rejection(client.publish('s'.repeat(301), 1))).toMatchObject(refused);
    expect(await rejection(client.request('s'.repeat(301), 1))).toMatchObject(refused);
    expect(await rejection(client.publish('ü'.repeat(151), 1))).toMatchObject({
      code: 'INVALID_SUBJECT',
      message: expect.stringMatching(/302 bytes, of 300 .*maxSubjectBytes/),
    });
    expect(client.counters).toMatchObject({ tooLarge: 3, bufferFull: 0 });
  });

  it.each([255, 2_049, 300.5, '300'])('maxSubjectBytes cannot be %p', (maxSubjectBytes) => {
    expect(() => new NatsClient({ maxSubjectBytes: maxSubjectBytes as number })).toThrow(
      'maxSubjectBytes: expected a whole number from 256 to 2048',
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
    expect(client.counters).toMatchObject({ pending: 2, overflowed: 1, lateAnswers: 0 });
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
    expect(client.counters).toMatchObject({ pending: 0, overflowed: 1, lateAnswers: 1 });
  });

  it.each([0, 0.5, '7'])('cannot be %p', (maxPendingRequests) => {
    expect(() => new NatsClient({ maxPendingRequests: maxPendingRequests as number })).toThrow(
      /maxPendingRequests: expected/,
    );
  });
});
