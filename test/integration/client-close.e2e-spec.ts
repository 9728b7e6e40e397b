import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import { NatsSharedConnection } from 'nestjs-nats';
import { lastValueFrom } from 'rxjs';
import { type Gate, gate } from '../support/gate.js';
import { connections, onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function listener(subject: string): Promise<string[]> {
  const peer = await bench.peer({ name: 'listener' });
  const received: string[] = [];
  peer.subscribe(subject, { callback: (_, message) => void received.push(message.string()) });
  await peer.flush();
  return received;
}

it('F7: close() sends what was published before', async () => {
  const received = await listener('bye.event');
  const client = bench.client();
  await client.connect();
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  await Promise.all(numbers.map((n) => client.publish('bye.event', n)));
  await client.close();
  await waitFor(() => received.length === 100, {
    what: () => `100 events, got ${received.length}`,
  });
  expect(received).toEqual(numbers.map(String));
  await onlyConnected(bench.server, ['listener']);
});

it('F7: close() sends what has not left the process yet', async () => {
  const peer = await bench.peer({ name: 'listener' });
  const sizes: number[] = [];
  peer.subscribe('bye.large', { callback: (_, { data }) => void sizes.push(data.length) });
  await peer.flush();
  const client = bench.client({ codec: 'raw', maxBufferedBytes: 64_000_000 });
  await client.connect();
  // more than the buffers of the sockets take at once
  const large = new Uint8Array(1_000_000);
  await Promise.all(Array.from({ length: 20 }, () => client.publish('bye.large', large)));
  await client.close();
  await waitFor(() => sizes.length === 20, { what: () => `20 events, got ${sizes.length}` });
  expect(new Set(sizes)).toEqual(new Set([1_000_000]));
});

/** Somebody who answers requests when the gate opens. */
async function responder(
  subject: string,
): Promise<{ readonly asked: string[]; readonly hold: Gate }> {
  const peer = await bench.peer({ name: 'responder' });
  const [asked, hold]: [string[], Gate] = [[], gate()];
  const answer = async (message: Msg): Promise<void> => {
    asked.push(message.string());
    await hold.wait();
    message.respond(message.data);
  };
  peer.subscribe(subject, { callback: (_, message) => void answer(message) });
  await peer.flush();
  return { asked, hold };
}

describe('close() while requests are under way', () => {
  it('waits for their answers, and refuses further ones', async () => {
    const { asked, hold } = await responder('bye.ask');
    const client = bench.client();
    const answers = Promise.all([
      client.request('bye.ask', 1),
      lastValueFrom(client.send('bye.ask', 2)),
      lastValueFrom(client.gather('bye.ask', 3, { max: 1 })),
    ]);
    await waitFor(() => asked.length === 3, { what: () => `requests, got ${asked.length}` });
    const closed = client.close();
    const late = await rejection(client.request('bye.ask', 4));
    expect(late).toMatchObject({ code: 'CLOSED' });
    expect(client.counters.pending).toBe(3);
    hold.open();
    expect(await answers).toEqual([1, 2, 3]);
    await closed;
    await onlyConnected(bench.server, ['responder']);
    expect(asked).toHaveLength(3);
  });

  it('waits for one that is not sent yet', async () => {
    const { hold } = await responder('bye.prepared');
    hold.open();
    const prepared = gate();
    const client = bench.client({
      interceptors: [
        async (_, next) => {
          await prepared.wait();
          return next();
        },
      ],
    });
    const answer = client.request('bye.prepared', 1);
    await waitFor(prepared.reached, { what: 'the interceptor' });
    const closed = client.close();
    prepared.open();
    expect(await answer).toBe(1);
    await closed;
  });

  it('waits for one that the connection has to be made for', async () => {
    const { hold } = await responder('bye.first');
    hold.open();
    const client = bench.client();
    const answer = client.request('bye.first', 1);
    await client.close();
    expect(await answer).toBe(1);
  });

  it('also when others go on with the connection', async () => {
    const { asked, hold } = await responder('bye.shared');
    const connection = new NatsSharedConnection({ servers: bench.server.url });
    const [one, other] = [bench.client({ connection }), bench.client({ connection })];
    const answers = Promise.all([one.request('bye.shared', 1), other.request('bye.shared', 2)]);
    await waitFor(() => asked.length === 2, { what: 'both requests' });
    const closed = Promise.all([one.close(), other.close()]);
    hold.open();
    expect(await answers).toEqual([1, 2]);
    await closed;
    await onlyConnected(bench.server, ['responder']);
  });

  it('waits no longer than shutdownTimeoutMs', async () => {
    const { asked } = await responder('bye.never');
    const client = bench.client({ timeoutMs: 60_000, shutdownTimeoutMs: 50 });
    const refused = rejection(client.request('bye.never', 1));
    await waitFor(() => asked.length === 1, { what: 'the request' });
    await client.close();
    expect(await refused).toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('waits no longer than the requests do', async () => {
    const { asked } = await responder('bye.short');
    const client = bench.client({ timeoutMs: 300, shutdownTimeoutMs: 600_000 });
    const refused = rejection(client.request('bye.short', 1));
    await waitFor(() => asked.length === 1, { what: 'the request' });
    await client.close();
    expect(await refused).toMatchObject({ code: 'TIMEOUT' });
  });

  it.each(['before', 'while'])(
    'waits not at all after hasten(), called %s it closes',
    async (when) => {
      const { asked } = await responder(`bye.${when}`);
      const client = bench.client({ timeoutMs: 60_000, shutdownTimeoutMs: 600_000 });
      const refused = rejection(client.request(`bye.${when}`, 1));
      await waitFor(() => asked.length === 1, { what: 'the request' });
      if (when === 'before') client.hasten();
      const closed = client.close();
      if (when === 'while') client.hasten();
      await closed;
      expect(await refused).toMatchObject({ code: 'CONNECTION_LOST' });
    },
  );
});

it('close() may be called twice, and before anything was connected', async () => {
  const unused = bench.client();
  await unused.close();
  const client = bench.client();
  await client.connect();
  await Promise.all([client.close(), client.close()]);
  await client.close();
  await expect(onlyConnected(bench.server, [])).resolves.toBeUndefined();
});

it('a closed client works again after connect()', async () => {
  const received = await listener('bye.again');
  const client = bench.client();
  await client.publish('bye.again', 1);
  await client.close();
  await client.connect();
  await client.publish('bye.again', 2, { confirm: 'flush' });
  await waitFor(() => received.length === 2, { what: 'both events' });
  expect(received).toEqual(['1', '2']);
});

it('concurrent first uses share one connection', async () => {
  const client = bench.client({ name: 'once' });
  await Promise.all([
    client.connect(),
    client.connect(),
    client.publish('bye.shared', 1),
    rejection(client.request('bye.nobody', 1)),
  ]);
  const named = (await connections(bench.server)).filter(({ name }) => name === 'once');
  expect(named).toHaveLength(1);
});
