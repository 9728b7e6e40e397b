import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { type NatsClient, type NatsInterceptor, NatsRecordBuilder } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import {
  all,
  never,
  type OwnClientOptions,
  textDeserializer,
  type TextStage,
  textStage,
} from '../support/text-answers.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const stage = (answers: string[], options: OwnClientOptions): Promise<TextStage> =>
  textStage(bench, 'stuck.ask', answers, options);

const record = (timeoutMs: number): unknown => new NatsRecordBuilder({}).timeout(timeoutMs).build();

describe('a serializer that never settles', () => {
  it.each<[string, (client: NatsClient) => Promise<unknown>]>([
    ['publish()', (client) => client.publish('stuck.ask', {}, { timeoutMs: 60 })],
    ['emit()', (client) => all(client.emit('stuck.ask', record(60)))],
    ['request()', (client) => client.request('stuck.ask', {}, { timeoutMs: 60 })],
    ['send()', (client) => all(client.send('stuck.ask', record(60)))],
    ['gather()', (client) => all(client.gather('stuck.ask', {}, { timeoutMs: 60 }))],
  ])('ends %s with TIMEOUT, and nothing is sent', async (_, call) => {
    const stuck = { serializer: { serialize: never } };
    const { client, received, settled, pending } = await stage([], stuck);
    await expect(rejection(call(client))).resolves.toMatchObject({
      name: 'NatsTransportError',
      code: 'TIMEOUT',
      message: expect.stringMatching(/serializer .*"stuck\.ask" within 60 ms.* Nothing was sent/),
      details: { subject: 'stuck.ask', timeoutMs: 60 },
    });
    await settled();
    expect(received).toEqual([]);
    expect(pending()).toBe(0);
  });

  it('shares the time with the wait for the answer', async () => {
    const serializer = {
      serialize: async (packet: unknown) => {
        await delay(1_000);
        return JSON.stringify(packet);
      },
    };
    const { client, received } = await stage([], { serializer });
    const start = performance.now();
    const refused = rejection(client.request('stuck.ask', {}, { timeoutMs: 1_500 }));
    await expect(refused).resolves.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(/^No answer on "stuck\.ask" within 1500 ms/),
    });
    expect(performance.now() - start).toBeLessThan(2_300);
    expect(received).toHaveLength(1);
  });
});

const passing: NatsInterceptor = (_, next) => next();

describe('a deserializer that never settles', () => {
  const unread = {
    code: 'TIMEOUT',
    message: expect.stringMatching(/deserializer .*"stuck\.ask" within 80 ms/),
    details: { subject: 'stuck.ask', timeoutMs: 80 },
  };

  it.each<[string, OwnClientOptions, (client: NatsClient) => Promise<unknown>]>([
    ['request()', {}, (client) => client.request('stuck.ask', {}, { timeoutMs: 80 })],
    ['send()', {}, (client) => all(client.send('stuck.ask', record(80)))],
    [
      'request() inside interceptors',
      { interceptors: [passing] },
      (client) => client.request('stuck.ask', {}, { timeoutMs: 80 }),
    ],
    [
      'send() inside interceptors',
      { interceptors: [passing] },
      (client) => all(client.send('stuck.ask', record(80))),
    ],
  ])('ends %s with TIMEOUT', async (_, options, call) => {
    const deserializer = textDeserializer();
    const { client, pending } = await stage(['stuck'], { deserializer, ...options });
    await expect(rejection(call(client))).resolves.toMatchObject(unread);
    expect(pending()).toBe(0);
  });

  it('ends a stream after its last value, however many answers come', async () => {
    const options = { deserializer: textDeserializer() };
    const { client, received, pending } = await stage(['1', '2', 'stuck', '3'], options);
    const seen: unknown[] = [];
    const outcome = new Promise((resolve) => {
      client
        .send('stuck.ask', record(80))
        .subscribe({ next: (value) => seen.push(value), error: resolve });
    });
    await waitFor(() => received.length === 1, { what: 'the request' });
    const flooding = setInterval(() => received[0]!.respond('more'), 5);
    bench.own(() => clearInterval(flooding));
    await expect(outcome).resolves.toMatchObject(unread);
    expect(seen).toEqual(['1', '2']);
    expect(pending()).toBe(0);
  });

  it('does not keep a call when the connection breaks', async () => {
    const options = { deserializer: textDeserializer() };
    const { client, pending } = await stage(['1', 'stuck'], options);
    const seen: unknown[] = [];
    const outcome = new Promise((resolve) => {
      client
        .send('stuck.ask', record(400))
        .subscribe({ next: (value) => seen.push(value), error: resolve });
    });
    await waitFor(() => seen.length === 1, { what: 'the first answer' });
    await client.unwrap().reconnect();
    await expect(outcome).resolves.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(pending()).toBe(0);
  });
});

it('a stream that is read slowly has its time for each value', async () => {
  let last = Promise.resolve();
  const deserializer = {
    deserialize: async (message: unknown): Promise<unknown> => {
      const text = (message as Msg).string();
      await (last = last.then(() => delay(120)));
      return text === 'end' ? { isDisposed: true } : { response: text };
    },
  };
  const { client } = await stage(['1', '2', '3', '4', '5', '6', 'end'], { deserializer });
  const values = all(client.send('stuck.ask', record(500)));
  await expect(values).resolves.toEqual(['1', '2', '3', '4', '5', '6']);
});
