import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NatsClient, NatsClientOptions, StreamDeclaration } from 'nestjs-nats';
import { setTimeout as sleep } from 'node:timers/promises';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { describeOnVersions } from '../support/server-versions.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const streams: StreamDeclaration[] = [{ name: 'RETRY', subjects: ['retry.>'] }];
const subject = 'retry.1';

describeOnVersions('an acknowledgement that is lost', (version) => {
  const bench = new NatsBench({ jetstream: true, ...version });
  let stage: JsStage;
  let proxy: TcpProxy;
  beforeAll(() => bench.start());
  beforeEach(async () => {
    stage = await JsStage.open(bench);
    await stage.stream('RETRY', ['retry.>']);
    proxy = await TcpProxy.start(bench.server.port);
    bench.own(() => proxy.close());
  });
  afterEach(async () => {
    proxy.resume();
    await stage.jsm.streams.delete('RETRY');
    await bench.clear();
  });
  afterAll(() => bench.stop());

  /** Connects a client of ours through the proxy. */
  async function proxied(options: NatsClientOptions = {}): Promise<NatsClient> {
    const client = bench.client({
      servers: proxy.url,
      reconnectTimeWait: 50,
      reconnectJitter: 0,
      streams,
      provision: 'off',
      ...options,
    });
    await client.publish(subject, 'first');
    return client;
  }

  const messages = async (): Promise<number> =>
    (await stage.jsm.streams.info('RETRY')).state.messages;
  /** Waits until the stream has a message whose acknowledgement the proxy holds. */
  const unacknowledged = (): Promise<void> =>
    waitFor(async () => (await messages()) === 2 && proxy.heldBytes('toClient') > 0, {
      what: 'the message in the stream',
    });

  it('is repaired by sending again, when the message has an id', async () => {
    const client = await proxied({ publishRetry: { ackTimeoutMs: 100 } });
    proxy.stall('toClient');
    const ack = client.publish(subject, 'second', { msgId: 'two' });
    await unacknowledged();
    // the answer to the first copy comes late, and is nobody's
    await waitFor(() => proxy.heldBytes('toClient') > 100, { what: 'the answer to a copy' });
    proxy.resume();
    await expect(ack).resolves.toEqual({ stream: 'RETRY', seq: 2, duplicate: true });
    await expect(messages()).resolves.toBe(2);
  });

  it('with its connection is repaired when the connection is back', async () => {
    const client = await proxied();
    proxy.stall('toClient');
    const ack = client.publish(subject, 'second', { msgId: 'two' });
    await unacknowledged();
    proxy.cut();
    proxy.resume();
    proxy.restore();
    await expect(ack).resolves.toEqual({ stream: 'RETRY', seq: 2, duplicate: true });
    await expect(messages()).resolves.toBe(2);
  });

  it('is repaired with an id of our own, if that is wanted', async () => {
    const client = await proxied({ publishRetry: { msgIds: 'all' } });
    proxy.stall('toClient');
    const ack = client.publish(subject, 'second');
    await unacknowledged();
    proxy.cut();
    proxy.resume();
    proxy.restore();
    await expect(ack).resolves.toMatchObject({ seq: 2, duplicate: true });
  });

  it.each([
    ['without an id', {}],
    ['that expects something of the state', { msgId: 'two', expectLastSequence: 1 }],
  ])('leaves a message %s in doubt, and is not sent again', async (_, options) => {
    const client = await proxied();
    let isBack = false;
    client.on('reconnect', () => void (isBack = true));
    proxy.stall('toClient');
    const failure = rejection(client.publish(subject, 'second', options));
    await unacknowledged();
    proxy.cut();
    proxy.resume();
    proxy.restore();
    expect(await failure).toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining('may or may not be stored') as unknown,
      details: { subject, stream: 'RETRY' },
    });
    await waitFor(() => isBack, { what: 'the connection' });
    await expect(client.publish(subject, 'third')).resolves.toMatchObject({ seq: 3 });
  });

  it('within the time of a message without an id is a timeout', async () => {
    const client = await proxied();
    proxy.stall('toClient');
    expect(await rejection(client.publish(subject, 2, { timeoutMs: 150 }))).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(/not within 150 ms.*may or may not be stored/) as unknown,
      details: { subject, stream: 'RETRY', timeoutMs: 150 },
    });
  });

  it('is in doubt in the end, when nothing comes back', async () => {
    const client = await proxied({ publishRetry: { ackTimeoutMs: 50 } });
    proxy.stall('toClient');
    const attempt = client.publish(subject, 2, { timeoutMs: 600, msgId: 'two' });
    expect(await rejection(attempt)).toMatchObject({ code: 'TIMEOUT' });
    await expect(messages()).resolves.toBe(2);
  });

  it('is in doubt, not NOT_CONNECTED, when the connection does not come back', async () => {
    const client = await proxied();
    proxy.stall('toClient');
    const failure = rejection(client.publish(subject, 2, { timeoutMs: 1_000, msgId: 'two' }));
    await unacknowledged();
    proxy.cut();
    expect(await failure).toMatchObject({
      code: 'CONNECTION_LOST',
      cause: { code: 'NOT_CONNECTED' },
    });
  });
});

/** Reads the numbers that the stream has. */
async function numbersIn(client: NatsClient): Promise<number[]> {
  const js = jetstream(client.unwrap<NatsConnection>());
  const consumer = await js.consumers.get('RETRY', { filter_subjects: 'retry.load' });
  const { num_pending: pending } = await consumer.info();
  const numbers: number[] = [];
  const messages = await consumer.fetch({ max_messages: pending });
  for await (const message of messages) {
    const value = message.json();
    if (typeof value === 'number') numbers.push(value);
  }
  return numbers;
}

describe('without a connection', () => {
  const bench = new NatsBench({ jetstream: true });
  beforeAll(() => bench.start());
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  it('a message is refused at once, and stored when the server is back', async () => {
    const client = bench.client({ streams, reconnectTimeWait: 50, reconnectJitter: 0 });
    await client.publish(subject, 1);
    let isUp = true;
    client.on('disconnect', () => void (isUp = false));
    client.on('reconnect', () => void (isUp = true));
    await bench.server.kill();
    await waitFor(() => !isUp, { what: 'the disconnect' });
    const start = performance.now();
    const attempt = client.publish(subject, 2, { msgId: 'two', timeoutMs: 20_000 });
    expect(await rejection(attempt)).toMatchObject({ code: 'NOT_CONNECTED' });
    expect(performance.now() - start).toBeLessThan(2_000);
    await bench.server.restart();
    await waitFor(() => isUp, { what: 'the connection' });
    await expect(client.publish(subject, 2)).resolves.toMatchObject({ seq: 2 });
  });

  it('F7: a restart under load loses nothing that was acknowledged, and doubles nothing', async () => {
    const client = bench.client({
      streams,
      reconnectTimeWait: 50,
      reconnectJitter: 0,
      timeoutMs: 20_000,
      publishRetry: { msgIds: 'all' },
    });
    let outages = 0;
    client.on('disconnect', () => void outages++);
    const acked = new Set<number>();
    const refused: string[] = [];
    const stop = new AbortController();
    let next = 0;
    const publisher = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        const n = next++;
        try {
          await client.publish('retry.load', n);
          acked.add(n);
        } catch (error) {
          refused.push((error as { code: string }).code);
          // what is refused at once would spin
          await sleep(5);
        }
      }
    };
    const publishers = Array.from({ length: 32 }, publisher);
    try {
      await waitFor(() => acked.size > 1_000, { what: 'some messages' });
      await bench.server.kill();
      await waitFor(() => outages > 0, { what: 'the disconnect' });
      await bench.server.restart();
      const before = acked.size;
      await waitFor(() => acked.size > before + 1_000, { what: 'more messages' });
    } finally {
      stop.abort();
    }
    await Promise.all(publishers);
    // those under way were repaired: only what was not sent at all has failed
    expect(refused.filter((code) => code !== 'NOT_CONNECTED')).toEqual([]);
    const stored = await numbersIn(client);
    const inStream = new Set(stored);
    expect(stored).toHaveLength(inStream.size);
    expect([...acked].filter((n) => !inStream.has(n))).toEqual([]);
  });
});
