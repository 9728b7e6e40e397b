import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { type NatsClient, NatsRecordBuilder, Subscribe } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { all } from '../support/text-answers.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Handlers {
  @Subscribe('stalled.event')
  take(): void {}
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function proxied(): Promise<TcpProxy> {
  const proxy = await TcpProxy.start(bench.server.port);
  bench.own(() => proxy.close());
  return proxy;
}

const record = new NatsRecordBuilder({}).timeout(80).build();

it.each<[string, (client: NatsClient) => Promise<unknown>]>([
  ['publish()', (client) => client.publish('stalled.ask', {}, { timeoutMs: 80 })],
  ['emit()', (client) => all(client.emit('stalled.ask', record))],
  ['request()', (client) => client.request('stalled.ask', {}, { timeoutMs: 80 })],
  ['send()', (client) => all(client.send('stalled.ask', record))],
  ['gather()', (client) => all(client.gather('stalled.ask', {}, { timeoutMs: 80 }))],
])('the connection that %s needs does not come in time: TIMEOUT', async (_, call) => {
  const proxy = await proxied();
  proxy.stall();
  const client = bench.client({ servers: proxy.url, connectTimeoutMs: 20_000 });
  // the attempt ends, so that the client can be closed
  bench.own(() => proxy.cut());
  await expect(rejection(call(client))).resolves.toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringMatching(/^No connection to NATS within the 80 ms .*Nothing was sent/),
    details: { subject: 'stalled.ask', timeoutMs: 80 },
  });
});

describe('the server does not confirm subscriptions in time', () => {
  const unconfirmed = {
    code: 'TIMEOUT',
    message: 'The server did not confirm within 200 ms what is subscribed.',
    details: { timeoutMs: 200 },
  };

  it('listen(): TIMEOUT, and another try succeeds', async () => {
    const proxy = await proxied();
    const { app, strategy } = await bench.create([Handlers], {
      servers: proxy.url,
      connectTimeoutMs: 200,
    });
    let stalls = true;
    strategy.on('connect', () => stalls && proxy.stall());
    await expect(rejection(app.listen())).resolves.toMatchObject(unconfirmed);
    stalls = false;
    proxy.resume();
    await expect(app.listen()).resolves.toMatchObject({
      subscriptions: [{ subject: 'stalled.event' }],
    });
  });

  it('registerSubscriber(): TIMEOUT, and only what was there stays', async () => {
    const proxy = await proxied();
    const { app, strategy } = await bench.create([Handlers], {
      servers: proxy.url,
      connectTimeoutMs: 200,
    });
    await app.listen();
    bench.own(() => proxy.resume());
    proxy.stall();
    const refused = rejection(strategy.registerSubscriber('stalled.late', () => undefined));
    await expect(refused).resolves.toMatchObject(unconfirmed);
    proxy.resume();
    const client = bench.client();
    await client.connect();
    await waitFor(
      async () => {
        const asked = rejection(client.request('stalled.late', {}, { timeoutMs: 200 }));
        return ((await asked) as { code: string }).code === 'NO_RESPONDERS';
      },
      { what: 'the end of the subscription' },
    );
    await expect(
      rejection(client.request('stalled.event', {}, { timeoutMs: 100 })),
    ).resolves.toMatchObject({ code: 'TIMEOUT' });
  });
});
