import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import { runInNewContext } from 'node:vm';
import type { NatsClient, PacketSerializer } from 'nestjs-nats';
import { type Gate, gate } from '../support/gate.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import {
  all,
  never,
  textDeserializer,
  type TextStage,
  textStage,
} from '../support/text-answers.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const NOTHING = async (): Promise<void> => undefined;

/** Writes the data of a packet as it is: "slow" when the gate is open, "stuck" never. */
function serializer(slow: Gate): PacketSerializer {
  const wait: Record<string, () => Promise<void>> = {
    slow: slow.wait,
    soon: NOTHING,
    stuck: never,
  };
  return {
    serialize: (packet) => {
      const { data } = packet as { data: string };
      if (data === 'throws') throw new Error('at once');
      if (data === 'rejects') return Promise.reject(new Error('a little later'));
      return wait[data] === undefined ? data : wait[data]().then(() => data);
    },
  };
}

const stage = (options: { serializer: PacketSerializer }): Promise<TextStage> =>
  textStage(bench, 'async.events', [], options);

const texts = (messages: readonly Msg[]): string[] => messages.map((message) => message.string());

const publish = (client: NatsClient, data: string, timeoutMs?: number): Promise<unknown> =>
  client.publish('async.events', data, { timeoutMs });

describe('events with an asynchronous serializer', () => {
  it('leave in the order in which they were published, whichever is written first', async () => {
    const slow = gate();
    const { client, received, settled } = await stage({ serializer: serializer(slow) });
    const sent = ['1', 'slow', 'soon', '2', 'soon', '3'].map((data) => publish(client, data));
    await sent[0];
    await settled();
    expect(texts(received)).toEqual(['1']);
    slow.open();
    await Promise.all(sent);
    await settled();
    expect(texts(received)).toEqual(['1', 'slow', 'soon', '2', 'soon', '3']);
  });

  it('that cannot be written fail at once, and the others keep their order', async () => {
    const slow = gate();
    const { client, received, settled } = await stage({ serializer: serializer(slow) });
    const first = publish(client, 'slow');
    const failure = { code: 'ENCODE_FAILED' };
    await expect(publish(client, 'throws')).rejects.toMatchObject(failure);
    await expect(publish(client, 'rejects')).rejects.toMatchObject(failure);
    await expect(client.publish('not legal', '')).rejects.toMatchObject({
      code: 'INVALID_SUBJECT',
    });
    const last = publish(client, 'last');
    await settled();
    expect(received).toEqual([]);
    slow.open();
    await Promise.all([first, last]);
    await settled();
    expect(texts(received)).toEqual(['slow', 'last']);
  });

  it('are held up by one that is never written no longer than its time', async () => {
    const { client, received, settled } = await stage({ serializer: serializer(gate()) });
    const stuck = rejection(publish(client, 'stuck', 100));
    const sent = [publish(client, '1', 20_000), publish(client, 'soon'), publish(client, '2', 100)];
    await expect(stuck).resolves.toMatchObject({ code: 'TIMEOUT' });
    await Promise.all(sent);
    await settled();
    expect(texts(received)).toEqual(['1', 'soon', '2']);
  });

  it('wait for those before them no longer than their own time', async () => {
    const slow = gate();
    const { client, received, settled } = await stage({ serializer: serializer(slow) });
    const first = publish(client, 'slow', 20_000);
    const impatient = rejection(publish(client, 'impatient', 50));
    const last = publish(client, 'last', 20_000);
    await expect(impatient).resolves.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(/"async\.events" .* 50 ms.* Nothing was sent/),
      details: { subject: 'async.events', timeoutMs: 50 },
    });
    slow.open();
    await Promise.all([first, last]);
    await settled();
    expect(texts(received)).toEqual(['slow', 'last']);
  });

  it('F7: are sent when the client is closed in the same turn', async () => {
    const slow = gate();
    const { client, received } = await stage({ serializer: serializer(slow) });
    const sent = ['slow', 'soon', '1'].map((data) => publish(client, data));
    const closed = client.close();
    slow.open();
    await Promise.all([...sent, closed]);
    await waitFor(() => received.length === 3, { what: () => `3 events, got ${received.length}` });
    expect(texts(received)).toEqual(['slow', 'soon', '1']);
  });

  it('may come as promises of another realm, or of another library', async () => {
    const Foreign = runInNewContext('Promise') as PromiseConstructor;
    const foreign: PacketSerializer = {
      serialize: (packet) => Foreign.resolve((packet as { data: string }).data),
    };
    const { client, received, settled } = await stage({ serializer: foreign });
    await publish(client, '1');
    await settled();
    expect(texts(received)).toEqual(['1']);
  });
});

describe('requests with an asynchronous serializer', () => {
  it('are not held up by others', async () => {
    const slow = gate();
    const { client, received } = await textStage(bench, 'async.ask', ['"answer"'], {
      serializer: serializer(slow),
    });
    const event = client.publish('async.ask', 'slow');
    const request = client.request('async.ask', 'slow');
    await expect(client.request('async.ask', 'soon')).resolves.toBe('answer');
    expect(texts(received)).toEqual(['soon']);
    slow.open();
    await event;
    await expect(request).resolves.toBe('answer');
  });

  it('are sent and answered that are not sent yet when the client is closed', async () => {
    const slow = gate();
    const { client } = await textStage(bench, 'async.ask', ['"answer"'], {
      serializer: serializer(slow),
    });
    const answer = client.request('async.ask', 'slow');
    const closed = client.close();
    slow.open();
    await expect(answer).resolves.toBe('answer');
    await closed;
  });

  it('that are not sent when a client has waited for them and is closed never are', async () => {
    const slow = gate();
    const { client, received } = await textStage(bench, 'async.ask', [], {
      serializer: serializer(slow),
      shutdownTimeoutMs: 0,
    });
    const refused = rejection(client.request('async.ask', 'slow'));
    await client.close();
    slow.open();
    await expect(refused).resolves.toMatchObject({ code: 'CLOSED' });
    expect(received).toEqual([]);
  });
});

it('an answer that cannot be read waits for the one before it, and ends the stream', async () => {
  const held = gate();
  const reads = textDeserializer(held);
  const deserializer = {
    deserialize: async (message: unknown): Promise<unknown> => {
      if ((message as Msg).string() === 'bad') throw new Error('cannot be read');
      return reads.deserialize(message);
    },
  };
  const { client, received } = await textStage(bench, 'async.ask', ['held', 'bad', '3'], {
    deserializer,
  });
  const seen: unknown[] = [];
  const outcome = new Promise((resolve) => {
    client.send('async.ask', {}).subscribe({ next: (value) => seen.push(value), error: resolve });
  });
  await waitFor(held.reached, { what: 'the first answer' });
  // what has been rejected meanwhile would be reported in this turn
  await new Promise(setImmediate);
  expect(seen).toEqual([]);
  held.open();
  await expect(outcome).resolves.toMatchObject({ code: 'DECODE_FAILED' });
  expect(seen).toEqual(['held']);
  expect(received).toHaveLength(1);
});

it('an event published when the connection stands does not overtake one that waited for it', async () => {
  const peer = await bench.peer();
  const received: Msg[] = [];
  peer.subscribe('async.events', { callback: (_, message) => void received.push(message) });
  await peer.flush();
  const client = bench.client({ codec: 'text' });
  client.on('connect', () => void client.publish('async.events', 'second'));
  await all(client.emit('async.events', 'first'));
  await client.publish('async.events', 'third', { confirm: 'flush' });
  await peer.flush();
  expect(texts(received)).toEqual(['first', 'second', 'third']);
});
