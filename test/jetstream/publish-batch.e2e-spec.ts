import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import type { BatchMessage, NatsClient, NatsClientOptions, NatsInterceptor } from 'nestjs-nats';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { SERVER_VERSIONS } from '../support/server-versions.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const streams = [{ name: 'BATCH', subjects: ['batch.>'], allow_atomic: true, allow_msg_ttl: true }];
const batch = (...data: unknown[]): BatchMessage[] =>
  data.map((item, i) => ({ subject: `batch.${i + 1}`, data: item }));

describe('on the newest nats-server', () => {
  const bench = new NatsBench({ jetstream: true, ...SERVER_VERSIONS.newest });
  let stage: JsStage;
  let client: NatsClient;
  beforeAll(() => bench.start());
  beforeEach(async () => {
    stage = await JsStage.open(bench);
    client = bench.client({ streams });
  });
  afterEach(async () => {
    for await (const { config } of stage.jsm.streams.list()) {
      await stage.jsm.streams.delete(config.name);
    }
    await bench.clear();
  });
  afterAll(() => bench.stop());

  async function stored(): Promise<unknown[]> {
    const { state } = await stage.jsm.streams.info('BATCH');
    const all: unknown[] = [];
    for (let seq = state.first_seq; seq > 0 && seq <= state.last_seq; seq++) {
      all.push((await stage.jsm.streams.getMessage('BATCH', { seq }))?.json());
    }
    return all;
  }

  /** Sends a message of somebody else's batch. */
  async function part(id: string, seq: number, more: Record<string, string> = {}): Promise<void> {
    const marks = headers();
    const all = { 'Nats-Batch-Id': id, 'Nats-Batch-Sequence': `${seq}`, ...more };
    for (const [name, value] of Object.entries(all)) marks.set(name, value);
    await stage.peer.request('batch.open', '"open"', { headers: marks, timeout: 5_000 });
  }

  const ack = (seq: number, count: number): object => ({
    stream: 'BATCH',
    seq,
    count,
    duplicate: false,
  });

  it.each([1, 2, 3, 1_000])('stores %i messages in their order, and says so once', async (size) => {
    const numbers = Array.from({ length: size }, (_, i) => i);
    await expect(client.publishBatch(batch(...numbers))).resolves.toEqual(ack(size, size));
    await expect(stored()).resolves.toEqual(numbers);
  });

  it('stores all or nothing', async () => {
    await client.publish('batch.1', 'before');
    const refused: BatchMessage[] = [
      { subject: 'batch.2', data: 1 },
      { subject: 'batch.1', data: 2, expectLastSubjectSequence: 7 },
      { subject: 'batch.3', data: 3 },
    ];
    expect(await rejection(client.publishBatch(refused))).toMatchObject({
      code: 'CONFLICT',
      details: { stream: 'BATCH', lastSequence: 1 },
    });
    await expect(stored()).resolves.toEqual(['before']);
  });

  it('shows nothing of a batch before all of it', async () => {
    await client.publish('batch.0', 'first');
    await stage.consumer('BATCH', 'watch');
    await stage.next('BATCH', 'watch');
    const watching = (async () => {
      await stage.next('BATCH', 'watch');
      return (await stage.jsm.streams.info('BATCH')).state.messages;
    })();
    await client.publishBatch(batch(1, 2, 3));
    // when the first message of the batch comes, the others are there
    expect(await watching).toBe(4);
  });

  it('keeps what is told of each message', async () => {
    await client.publishBatch([
      { subject: 'batch.1', data: 'a', msgId: 'one', headers: { Tenant: 'acme' } },
      { subject: 'batch.2', data: 'b', codec: 'text', ttlMs: 60_000 },
    ]);
    const told: unknown[] = [];
    for (const seq of [1, 2]) {
      const message = await stage.jsm.streams.getMessage('BATCH', { seq });
      told.push([message!.header.get('Nats-Msg-Id'), message!.header.get('Nats-TTL')]);
    }
    expect(told).toEqual([
      ['one', ''],
      ['', '60'],
    ]);
  });

  it('expects of the stream what the first message does', async () => {
    const [first, second] = batch(1, 2) as [BatchMessage, BatchMessage];
    await client.publishBatch([{ ...first, expectLastSequence: 0 }, second]);
    const again = client.publishBatch([{ ...first, expectLastSequence: 0 }, second]);
    expect(await rejection(again)).toMatchObject({
      code: 'CONFLICT',
      details: { lastSequence: 2 },
    });
    await expect(stored()).resolves.toEqual([1, 2]);
  });

  it('refuses a batch with a message that the stream has already', async () => {
    await client.publish('batch.1', 1, { msgId: 'one' });
    const [first, second] = batch(1, 2) as [BatchMessage, BatchMessage];
    const attempt = client.publishBatch([{ ...first, msgId: 'one' }, second]);
    expect(await rejection(attempt)).toMatchObject({
      code: 'CONFLICT',
      details: { apiCode: 10_201 },
    });
    await expect(stored()).resolves.toEqual([1]);
  });

  it('keeps its place among messages that are published in the same turn', async () => {
    const fresh = bench.client({ streams });
    await Promise.all([
      fresh.publish('batch.0', 'before'),
      fresh.publishBatch(batch(1, 2)),
      fresh.publish('batch.0', 'next'),
    ]);
    const all = await stored();
    expect(all[0]).toBe('before');
    expect(all).toHaveLength(4);
    expect(all.indexOf(2)).toBe(all.indexOf(1) + 1);
  });

  it('goes to a stream that is named', async () => {
    await stage.stream('OTHER', ['other.>'], { allow_atomic: true });
    const messages = [
      { subject: 'other.1', data: 1 },
      { subject: 'other.2', data: 2 },
    ];
    await expect(client.publishBatch(messages, { stream: 'OTHER' })).resolves.toMatchObject({
      stream: 'OTHER',
      count: 2,
    });
  });

  it('is refused by a stream that allows none, in words that help', async () => {
    await stage.stream('SINGLE', ['single.>']);
    const messages = [
      { subject: 'single.1', data: 1 },
      { subject: 'single.2', data: 2 },
    ];
    expect(await rejection(client.publishBatch(messages, { stream: 'SINGLE' }))).toMatchObject({
      code: 'JETSTREAM_REFUSED',
      message: expect.stringContaining('Set allow_atomic on the stream') as unknown,
    });
  });

  it('finds no stream', async () => {
    const messages = [
      { subject: 'nowhere.1', data: 1 },
      { subject: 'nowhere.2', data: 2 },
    ];
    expect(await rejection(client.publishBatch(messages, { stream: 'NOWHERE' }))).toMatchObject({
      code: 'STREAM_NOT_FOUND',
    });
  });

  it('finds its declared stream deleted, and makes it again', async () => {
    await client.publishBatch(batch(1));
    await stage.jsm.streams.delete('BATCH');
    await expect(client.publishBatch(batch(1, 2))).resolves.toEqual(ack(2, 2));
  });

  it('tries again when the server has too many at a time', async () => {
    await client.publish('batch.0', 0);
    // a server takes 50 batches at a time for a stream
    for (let i = 0; i < 50; i++) await part(`open-${i}`, 1);
    const attempt = client.publishBatch(batch(1, 2), { timeoutMs: 300 });
    expect(await rejection(attempt)).toMatchObject({ code: 'UNAVAILABLE' });
    const waiting = client.publishBatch(batch(1, 2), { timeoutMs: 20_000 });
    await part('open-0', 2, { 'Nats-Batch-Commit': '1' });
    await expect(waiting).resolves.toEqual(ack(5, 2));
  });

  it.each<[fault: RegExp, messages: unknown]>([
    [/^expected a list, got null/, null],
    [/^there are none/, []],
    [/^there are 1001; a server takes 1000/, Array.from({ length: 1_001 }, () => batch(1)[0])],
    [/^\[1\]: expected an object, got undefined/, [batch(1)[0], undefined]],
    [/^\[1\]: no declared stream takes "core"/, [batch(1)[0], { subject: 'core', data: 1 }]],
    [/^\[0\]: expectLastMsgId: not in a batch/, [{ ...batch(1)[0], expectLastMsgId: 'a' }]],
    [/^\[0\]: a batch is acknowledged/, [{ ...batch(1)[0], delivery: 'at-most-once' }]],
    [
      /^\[1\]: expectLastSequence: only for the first/,
      [batch(1)[0], { ...batch(1)[0], expectLastSequence: 1 }],
    ],
    [/^msgId: expected a text/, [{ ...batch(1)[0], msgId: '' }]],
  ])('is refused before anything is sent: %p', async (fault, messages) => {
    const attempt = client.publishBatch(messages as BatchMessage[]);
    expect(await rejection(attempt)).toMatchObject({
      code: 'INVALID_OPTIONS',
      details: { faults: [expect.stringMatching(fault)] },
    });
  });

  it('is refused when its messages belong to different streams, or theirs has none', async () => {
    const two = bench.client({ streams: [...streams, { name: 'PLAIN', subjects: ['plain'] }] });
    const attempt = two.publishBatch([batch(1)[0]!, { subject: 'plain', data: 1 }]);
    expect(await rejection(attempt)).toMatchObject({
      code: 'INVALID_OPTIONS',
      details: {
        faults: [
          '[1]: it belongs to PLAIN, the first one to BATCH',
          '[1]: the stream "PLAIN" is declared without allow_atomic',
        ],
      },
    });
  });

  it('with a message that is too large sends nothing, and keeps no batch open', async () => {
    await client.publish('batch.0', 0);
    for (let i = 0; i < 60; i++) {
      const attempt = client.publishBatch(batch(1, 'x'.repeat(1_048_576), 3));
      expect(await rejection(attempt)).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    }
    await expect(client.publishBatch(batch(1, 2))).resolves.toEqual(ack(3, 2));
  });

  describe('interceptors', () => {
    const intercepted = (interceptor: NatsInterceptor): NatsClient =>
      bench.client({ streams, interceptors: [interceptor] });

    it('stand around each message, and all see the acknowledgement', async () => {
      const seen: unknown[] = [];
      const result = await intercepted(async (operation, next) => {
        if (operation.kind === 'publish') operation.headers.set('Seen', operation.subject);
        seen.push([operation.subject, await next()]);
      }).publishBatch(batch(1, 2));
      expect(result).toEqual(ack(2, 2));
      expect(seen).toEqual([
        ['batch.1', ack(2, 2)],
        ['batch.2', ack(2, 2)],
      ]);
      const message = await stage.jsm.streams.getMessage('BATCH', { seq: 2 });
      expect(message?.header.get('Seen')).toBe('batch.2');
    });

    it('that refuse one message keep back all', async () => {
      await client.publish('batch.0', 0);
      const refusing = intercepted((operation, next) =>
        operation.subject === 'batch.2' ? Promise.reject(new Error('not this one')) : next(),
      );
      expect(await rejection(refusing.publishBatch(batch(1, 2, 3)))).toMatchObject({
        message: 'not this one',
      });
      const dropping = intercepted((operation, next) =>
        operation.subject === 'batch.2' ? Promise.resolve() : next(),
      );
      expect(await rejection(dropping.publishBatch(batch(1, 2, 3)))).toMatchObject({
        message: 'An interceptor kept back message 1 of a batch.',
      });
      await expect(stored()).resolves.toEqual([0]);
    });

    it('that let one message pass at a time run out of time, and nothing is sent', async () => {
      await client.publish('batch.0', 0);
      let tail: Promise<unknown> = Promise.resolve();
      const one: NatsInterceptor = (_, next) => {
        const turn = tail.then(next);
        tail = turn.catch(() => undefined);
        return turn;
      };
      const attempt = intercepted(one).publishBatch(batch(1, 2), { timeoutMs: 200 });
      expect(await rejection(attempt)).toMatchObject({
        code: 'TIMEOUT',
        message: expect.stringContaining('Nothing was sent') as unknown,
      });
      await waitFor(() => tail.then(() => true), { what: 'the interceptor' });
      await expect(stored()).resolves.toEqual([0]);
    });
  });

  describe('behind a network that fails', () => {
    async function proxied(options: NatsClientOptions = {}): Promise<[NatsClient, TcpProxy]> {
      const proxy = await TcpProxy.start(bench.server.port);
      bench.own(() => proxy.close());
      const behind = bench.client({
        servers: proxy.url,
        reconnectTimeWait: 50,
        reconnectJitter: 0,
        streams,
        ...options,
      });
      await behind.publish('batch.0', 0);
      return [behind, proxy];
    }

    it('is in doubt as a whole, when its acknowledgement is lost', async () => {
      const [behind, proxy] = await proxied();
      proxy.stall('toClient');
      const failure = rejection(behind.publishBatch(batch(1)));
      await waitFor(async () => (await stored()).length === 2, { what: 'the batch' });
      proxy.cut();
      proxy.resume();
      proxy.restore();
      expect(await failure).toMatchObject({
        code: 'CONNECTION_LOST',
        message: expect.stringContaining('All of it may be stored, or nothing') as unknown,
      });
    });

    it('is not stored, when the stream did not take its first message', async () => {
      const [behind, proxy] = await proxied();
      proxy.stall('toClient');
      expect(await rejection(behind.publishBatch(batch(1, 2), { timeoutMs: 150 }))).toMatchObject({
        code: 'TIMEOUT',
        message: expect.stringContaining('Nothing was stored') as unknown,
      });
      proxy.resume();
      await expect(stored()).resolves.toEqual([0]);
    });
  });
});

describe('on the oldest nats-server', () => {
  const bench = new NatsBench({ jetstream: true, ...SERVER_VERSIONS.oldest });
  beforeAll(() => bench.start());
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  it('is refused before anything is sent: the server would store its messages one by one', async () => {
    const stage = await JsStage.open(bench);
    await stage.stream('BATCH', ['batch.>']);
    const attempt = bench.client().publishBatch(batch(1, 2), { stream: 'BATCH' });
    expect(await rejection(attempt)).toMatchObject({
      code: 'SERVER_TOO_OLD',
      message: expect.stringMatching(
        /^Cannot publish the batch: .* needs nats-server 2\.12/,
      ) as unknown,
    });
    await expect(stage.jsm.streams.info('BATCH')).resolves.toMatchObject({
      state: { messages: 0 },
    });
  });
});
