import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { ClientProxy, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { lastValueFrom, type Observable, toArray } from 'rxjs';
import { connections } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

let received: unknown[];

@Controller()
class Handlers {
  @MessagePattern('proxy.echo')
  echo(@Payload() data: unknown): unknown {
    received.push(data);
    return data;
  }

  @MessagePattern('proxy.nothing')
  nothing(): void {}

  @EventPattern('proxy.event')
  event(@Payload() data: unknown): void {
    received.push(data);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  received = [];
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const all = (answers: Observable<unknown>): Promise<unknown[]> =>
  lastValueFrom(answers.pipe(toArray()));

describe.each(['plain', 'nest'] as const)('with the envelope %s', (envelope) => {
  it.each<[data: unknown]>([[0], [false], [''], [[]], [{}], ['text']])(
    'send() and emit() take %j',
    async (data) => {
      await bench.listen([Handlers], { envelope });
      const client = bench.client({ envelope });
      await expect(all(client.send('proxy.echo', data))).resolves.toEqual([data]);
      client.emit('proxy.event', data);
      await waitFor(() => received.length === 2, { what: 'the event' });
      expect(received).toEqual([data, data]);
    },
  );

  it('a handler that returns nothing completes send() without a value', async () => {
    await bench.listen([Handlers], { envelope });
    await expect(all(bench.client({ envelope }).send('proxy.nothing', {}))).resolves.toEqual([]);
  });
});

it.each([null, undefined])('send() and emit() refuse %s, as any client of Nest', async (data) => {
  const client = bench.client();
  expect(client).toBeInstanceOf(ClientProxy);
  const refused = { message: expect.stringContaining('invalid data or message pattern') };
  await expect(all(client.send('proxy.echo', data))).rejects.toMatchObject(refused);
  await expect(all(client.emit('proxy.event', data))).rejects.toMatchObject(refused);
});

it('send() sends for each subscriber, and not before', async () => {
  await bench.listen([Handlers]);
  const client = bench.client();
  const answers = client.send('proxy.echo', 1);
  await client.request('proxy.echo', 'first');
  expect(received).toEqual(['first']);
  await expect(all(answers)).resolves.toEqual([1]);
  await expect(all(answers)).resolves.toEqual([1]);
  expect(received).toEqual(['first', 1, 1]);
});

it('emit() publishes at once and once, however many subscribe', async () => {
  await bench.listen([Handlers]);
  const client = bench.client();
  await client.connect();
  const published = client.emit('proxy.event', 'once');
  await waitFor(() => received.length === 1, { what: 'the event' });
  await expect(all(published)).resolves.toEqual([undefined]);
  await expect(all(published)).resolves.toEqual([undefined]);
  await client.request('proxy.echo', 'last');
  expect(received).toEqual(['once', 'last']);
});

it('connect() at once, twice, makes one connection', async () => {
  const client = bench.client({ name: 'proxy' });
  const [first, second] = await Promise.all([client.connect(), client.connect()]);
  expect(first).toBe(second);
  const names = (await connections(bench.server)).map(({ name }) => name);
  expect(names).toEqual(['proxy']);
});

it('connect() tries again after it has failed', async () => {
  const client = bench.client();
  await bench.server.kill();
  await expect(client.connect()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  await bench.server.restart();
  await expect(client.connect()).resolves.toBeDefined();
});

it('close() rejects what is pending, at once', async () => {
  const peer = await bench.peer();
  let asked = false;
  peer.subscribe('proxy.mute', { callback: () => void (asked = true) });
  await peer.flush();
  const client = bench.client();
  const pending = rejection<Error>(all(client.send('proxy.mute', {})));
  await waitFor(() => asked, { what: 'the request' });
  await client.close();
  await expect(pending).resolves.toMatchObject({ name: 'NatsTransportError' });
});
