import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import { getEventListeners } from 'node:events';
import type { NatsClient, NatsClientOptions, NatsInterceptor } from 'nestjs-nats';
import { gate } from '../support/gate.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

interface Stage {
  client: NatsClient;
  /** What has reached the subject, of both kinds. */
  received: Msg[];
  /** Resolves when everything that was sent before has been received. */
  settled: () => Promise<void>;
}

async function stage(options: NatsClientOptions): Promise<Stage> {
  const peer = await bench.peer();
  const received: Msg[] = [];
  peer.subscribe('abort.early', {
    callback: (_, message) => {
      received.push(message);
      message.respond('"answer"');
    },
  });
  await peer.flush();
  const client = bench.client(options);
  await client.connect();
  return {
    client,
    received,
    settled: async () => {
      await client.unwrap().flush();
      await peer.flush();
    },
  };
}

const REASON = new Error('changed my mind');

describe('a signal ends a request at once', () => {
  it('while it connects to a server that says nothing', async () => {
    const proxy = await TcpProxy.start(bench.server.port);
    bench.own(() => proxy.close());
    proxy.stall();
    const client = bench.client({ servers: proxy.url, connectTimeoutMs: 20_000 });
    bench.own(() => proxy.cut());
    const abort = new AbortController();
    const { signal } = abort;
    const refused = rejection(client.request('abort.early', {}, { signal, timeoutMs: 20_000 }));
    await waitFor(() => proxy.connectionCount > 0, { what: 'the attempt to connect' });
    abort.abort(REASON);
    await expect(refused).resolves.toBe(REASON);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('while a serializer works on it, and nothing is sent afterwards', async () => {
    const { wait, open, reached } = gate();
    const serializer = {
      serialize: async (packet: unknown) => {
        await wait();
        return JSON.stringify(packet);
      },
    };
    const { client, received, settled } = await stage({ serializer });
    const abort = new AbortController();
    const { signal } = abort;
    const refused = rejection(client.request('abort.early', {}, { signal }));
    expect(reached()).toBe(true);
    abort.abort(REASON);
    await expect(refused).resolves.toBe(REASON);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    open();
    await settled();
    expect(received).toEqual([]);
  });

  it('while a serializer works on it that fails later', async () => {
    const { wait, open } = gate();
    const serializer = {
      serialize: async () => {
        await wait();
        throw new Error('nobody hears this');
      },
    };
    const { client, settled } = await stage({ serializer });
    const abort = new AbortController();
    const refused = rejection(client.request('abort.early', {}, { signal: abort.signal }));
    abort.abort(REASON);
    await expect(refused).resolves.toBe(REASON);
    open();
    await settled();
  });

  it('while an interceptor waits before next(), which then fails and sends nothing', async () => {
    const { wait, open, reached } = gate();
    const seen: unknown[] = [];
    const slow: NatsInterceptor = async (_, next) => {
      await wait();
      const failure = await rejection(next());
      seen.push(failure);
      throw new Error('in other words', { cause: failure });
    };
    const { client, received, settled } = await stage({ interceptors: [slow] });
    const abort = new AbortController();
    const { signal } = abort;
    const refused = rejection(client.request('abort.early', {}, { signal }));
    await waitFor(reached, { what: 'the interceptor' });
    abort.abort(REASON);
    await expect(refused).resolves.toBe(REASON);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    open();
    await waitFor(() => seen.length > 0, { what: 'the end of next()' });
    await settled();
    expect(seen).toEqual([REASON]);
    expect(received).toEqual([]);
  });

  it('while an interceptor works on the answer', async () => {
    const { wait, open, reached } = gate();
    const slow: NatsInterceptor = async (_, next) => {
      await next();
      await wait();
      throw new Error('nobody hears this');
    };
    const { client, settled } = await stage({ interceptors: [slow] });
    const abort = new AbortController();
    const refused = rejection(client.request('abort.early', {}, { signal: abort.signal }));
    await waitFor(reached, { what: 'the interceptor' });
    abort.abort(REASON);
    await expect(refused).resolves.toBe(REASON);
    open();
    await settled();
  });

  it('under way, with its reason also when an interceptor throws something else', async () => {
    const translating: NatsInterceptor = async (_, next) => {
      try {
        return await next();
      } catch (cause) {
        throw new Error('in other words', { cause });
      }
    };
    const { client } = await stage({ interceptors: [translating] });
    const peer = await bench.peer();
    const asked: Msg[] = [];
    peer.subscribe('abort.silence', { callback: (_, message) => void asked.push(message) });
    await peer.flush();
    const abort = new AbortController();
    const refused = rejection(client.request('abort.silence', {}, { signal: abort.signal }));
    await waitFor(() => asked.length === 1, { what: 'the request' });
    abort.abort(REASON);
    await expect(refused).resolves.toBe(REASON);
  });
});

describe('nothing is left on a signal', () => {
  const passing: NatsInterceptor = (_, next) => next();

  it.each<[string, NatsClientOptions]>([
    ['plainly', {}],
    ['inside interceptors', { interceptors: [passing] }],
  ])('when a request ends on its own, %s', async (_, options) => {
    const { client } = await stage(options);
    const { signal } = new AbortController();
    const listeners = (): number => getEventListeners(signal, 'abort').length;
    await client.request('abort.early', {}, { signal });
    expect(listeners()).toBe(0);
    await rejection(client.request('abort.nobody', {}, { signal }));
    expect(listeners()).toBe(0);
    await rejection(client.request('not legal', {}, { signal }));
    expect(listeners()).toBe(0);
  });

  it('when the client had to connect first', async () => {
    await stage({});
    const { signal } = new AbortController();
    await bench.client().request('abort.early', {}, { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
