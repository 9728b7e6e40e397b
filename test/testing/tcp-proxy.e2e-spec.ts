import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect as connectSocket, createServer, type Server } from 'node:net';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { Cleanup } from '../support/cleanup.js';
import { rejection } from '../support/rejection.js';
import { MOST_HELD_BYTES } from '../support/tcp-flow.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function proxyTo(port: number): Promise<TcpProxy> {
  return cleanup.add(await TcpProxy.start(port), (proxy) => proxy.close());
}

describe('a proxy to a NATS server', () => {
  let server: NatsTestServer;
  let proxy: TcpProxy;
  beforeEach(async () => {
    server = cleanup.add(await startNatsServer(), (started) => started.stop());
    proxy = await proxyTo(server.port);
  });

  async function connected({ url }: { url: string }, options: ConnectionOptions = {}) {
    const nc = await connect({ servers: url, noAsyncTraces: true, ...options });
    return cleanup.add(nc, (open) => open.close());
  }

  /** Collects what is sent to a subject, on a connection that nothing is wrong with. */
  async function collect(subject: string): Promise<string[]> {
    const nc = await connected(server);
    const texts: string[] = [];
    nc.subscribe(subject, { callback: (_, message) => void texts.push(message.string()) });
    await nc.flush();
    return texts;
  }

  function publishNumbers(nc: NatsConnection, count: number): string[] {
    const texts = Array.from({ length: count }, (_, i) => String(i));
    for (const text of texts) nc.publish('numbers', text);
    return texts;
  }

  it('passes on what clients and server say', async () => {
    const responder = await connected(proxy);
    responder.subscribe('twice', {
      callback: (_, message) => void message.respond(message.string().repeat(2)),
    });
    await responder.flush();
    const answer = await (await connected(proxy)).request('twice', 'ab'.repeat(200_000));
    expect(answer.string()).toBe('ab'.repeat(400_000));
    expect(proxy.connectionCount).toBe(2);
  });

  it('breaks connections and resets new ones, until it is restored', async () => {
    const nc = await connected(proxy, { maxReconnectAttempts: -1, reconnectTimeWait: 10 });
    proxy.cut();
    await waitFor(() => proxy.connectionCount === 0, { what: 'connections to end' });
    await expect(connect({ servers: proxy.url, reconnect: false })).rejects.toThrow(/ECONNRESET/);
    proxy.restore();
    await waitFor(() => proxy.connectionCount === 1, { what: 'the client to come back' });
    await nc.flush();
  });

  it('loses the acknowledgement of a message that was stored', async () => {
    const direct = await connected(server);
    const manager = await jetstreamManager(direct);
    await manager.streams.add({ name: 'ORDERS', subjects: ['orders'] });
    const stored = async () => (await manager.streams.info('ORDERS')).state.messages;

    const nc = await connected(proxy, { maxReconnectAttempts: -1, reconnectTimeWait: 10 });
    await nc.flush();
    proxy.stall('toClient');
    const failure = rejection<Error>(jetstream(nc).publish('orders', 'one', { timeout: 1_000 }));
    await waitFor(async () => (await stored()) === 1, { what: 'the message to be stored' });
    await waitFor(() => proxy.heldBytes('toClient') > 0, { what: 'the acknowledgement' });

    proxy.cut();
    proxy.resume();
    proxy.restore();
    expect((await failure).message).toMatch(/timeout/i);
    await jetstream(nc).publish('orders', 'two');
    expect(await stored()).toBe(2);
  });

  it('delivers later what it held on its way to the client', async () => {
    const nc = await connected(proxy);
    await nc.flush();
    proxy.stall('toClient');
    let flushed = false;
    const flush = nc.flush().then(() => (flushed = true));
    await waitFor(() => proxy.heldBytes('toClient') > 0, { what: 'the answer to PING' });
    expect(flushed).toBe(false);
    proxy.resume('toClient');
    await flush;
    expect(proxy.heldBytes('toClient')).toBe(0);
  });

  it('delivers later, and in order, what it held on its way to the server', async () => {
    const received = await collect('numbers');
    const nc = await connected(proxy);
    await nc.flush();
    proxy.stall('toServer');
    const sent = publishNumbers(nc, 1000);
    const bytes = sent.reduce(
      (sum, text) => sum + `PUB numbers ${text.length}\r\n${text}\r\n`.length,
      0,
    );
    await waitFor(() => proxy.heldBytes('toServer') >= bytes, { what: 'what was published' });
    expect(received).toEqual([]);
    proxy.resume();
    await nc.flush();
    await waitFor(() => received.length === sent.length, { what: 'what was published' });
    expect(received).toEqual(sent);
  });

  it('holds what comes over a connection that is made while it is stalled', async () => {
    proxy.stall();
    const connecting = connected(proxy);
    await waitFor(() => proxy.heldBytes('toClient') > 0, { what: "the server's greeting" });
    proxy.resume();
    await (await connecting).flush();
  });

  it('takes its time in each direction, and keeps the order', async () => {
    const received = await collect('numbers');
    const nc = await connected(proxy);
    await nc.flush();
    proxy.delay(100);
    const sent = publishNumbers(nc, 1000);
    expect(await nc.rtt()).toBeGreaterThanOrEqual(190);
    proxy.delay(0);
    await nc.flush();
    await waitFor(() => received.length === sent.length, { what: 'what was published' });
    expect(received).toEqual(sent);
  });

  it('tells clients that the server has gone', async () => {
    const nc = await connected(proxy, { reconnect: false });
    await server.kill();
    await nc.closed();
    await waitFor(() => proxy.connectionCount === 0, { what: 'the connection to end' });
    const late = connectSocket({ port: proxy.port, host: '127.0.0.1' }).resume();
    await once(late, 'close');
  });

  it('does not deliver after it was closed, and can be closed again', async () => {
    const { url } = proxy;
    const nc = await connected(proxy, { reconnect: false });
    await proxy.close();
    await nc.closed();
    await proxy.close();
    await expect(connect({ servers: url, reconnect: false })).rejects.toThrow(/refused/i);
  });
});

describe('a proxy to any server', () => {
  /** Starts a server that answers when a client has said all that it had to say: with what it heard. */
  async function startRepeater(): Promise<number> {
    const listener = createServer({ allowHalfOpen: true }, (socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('end', () => socket.end(Buffer.concat(chunks)));
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    cleanup.add(listener, (open) => once(open.close(), 'close'));
    return portOf(listener);
  }

  function portOf(listener: Server): number {
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('not a TCP port');
    return address.port;
  }

  it('makes the sender wait rather than hold everything, and loses nothing', async () => {
    const proxy = await proxyTo(await startRepeater());
    const client = connectSocket({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    const sent = Buffer.alloc(
      32 * 1024 * 1024,
      Buffer.from(Array.from({ length: 251 }, (_, i) => i)),
    );
    const heard: Buffer[] = [];
    client.on('data', (chunk) => heard.push(chunk));

    proxy.stall('toServer');
    client.end(sent);
    await waitFor(() => proxy.heldBytes('toServer') >= MOST_HELD_BYTES, { what: 'it to be full' });
    proxy.stall('toClient');
    proxy.resume('toServer');
    await waitFor(() => proxy.heldBytes('toClient') >= MOST_HELD_BYTES, { what: 'it to be full' });
    expect(proxy.heldBytes('toClient')).toBeLessThan(2 * MOST_HELD_BYTES);
    proxy.resume();
    await once(client, 'close');
    expect(Buffer.concat(heard).equals(sent)).toBe(true);
    await waitFor(() => proxy.connectionCount === 0, { what: 'the connection to end' });
  });
});
