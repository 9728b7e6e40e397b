import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type NatsConnection } from '@nats-io/transport-node';
import { Svcm } from '@nats-io/services';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, RpcException } from '@nestjs/microservices';
import { concat, lastValueFrom, of, throwError } from 'rxjs';
import { NatsStrategy, type NatsStrategyOptions } from 'nestjs-nats';
import { infoSchema, pingSchema, statsSchema } from '../support/micro-schemas.js';
import { NatsBench } from '../support/nats-bench.js';
import { onlyConnected } from '../support/monitoring.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

@Controller()
class Prices {
  @MessagePattern('price.quote', {
    queue: 'pricing',
    endpoint: { name: 'quote', metadata: { unit: 'cents' } },
  })
  quote(amount: unknown): unknown {
    if (typeof amount === 'number') return amount * 2;
    throw new RpcException({ code: 'NO_AMOUNT', message: 'What amount?', status: 422 });
  }

  @MessagePattern('price.:sku.history', { queue: '' })
  history(): unknown {
    return concat(
      of(1, 2),
      throwError(() => new Error('secret')),
    );
  }

  @EventPattern<string>('price.changed')
  changed(): void {}
}

const SERVICE = {
  name: 'prices',
  version: '1.4.0-rc.1+7',
  description: 'What things cost',
  metadata: { team: 'shop' },
};

const service = (options: NatsStrategyOptions = {}): NatsStrategyOptions => ({
  service: SERVICE,
  queue: 'shop',
  ...options,
});

/** Asks all that answer, as any client of NATS does. */
async function ask(peer: NatsConnection, subject: string): Promise<unknown[]> {
  const answers: unknown[] = [];
  const wait = { strategy: 'stall', maxWait: 2_000, stall: 200 } as const;
  for await (const message of await peer.requestMany(subject, undefined, wait)) {
    if (message.data.length > 0) answers.push(message.json());
  }
  return answers;
}

async function one(peer: NatsConnection, subject: string): Promise<unknown> {
  return (await peer.request(subject, undefined, { timeout: 5_000 })).json();
}

describe('a strategy with a service', () => {
  it.each([
    ['PING', pingSchema],
    ['INFO', infoSchema],
    ['STATS', statsSchema],
  ])(
    'N10, U10: answers $SRV.%s to all, by name and by id, as the schema of NATS wants it',
    async (verb, schema) => {
      await bench.listen([Prices], service());
      const peer = await bench.peer();
      const { id } = pingSchema.parse(await one(peer, '$SRV.PING'));
      for (const target of ['', '.prices', `.prices.${id}`]) {
        const answers = await ask(peer, `$SRV.${verb}${target}`);
        expect(answers.map((answer) => schema.parse(answer))).toEqual([
          expect.objectContaining({
            id,
            name: 'prices',
            version: '1.4.0-rc.1+7',
            metadata: { team: 'shop' },
          }),
        ]);
      }
    },
  );

  it('does not answer to the name or id of others', async () => {
    await bench.listen([Prices], service());
    const peer = await bench.peer();
    for (const target of ['orders', 'Prices', 'prices.NOBODY']) {
      await expect(one(peer, `$SRV.PING.${target}`)).rejects.toThrow(/no responders/i);
    }
  });

  it('N10, U10: describes itself and its request handlers', async () => {
    await bench.listen([Prices], service());
    expect(await one(await bench.peer(), '$SRV.INFO.prices')).toMatchObject({
      description: 'What things cost',
      endpoints: [
        {
          name: 'quote',
          subject: 'price.quote',
          queue_group: 'pricing',
          metadata: { unit: 'cents' },
        },
        { name: 'price_sku_history', subject: 'price.*.history', queue_group: '', metadata: {} },
      ],
    });
  });

  it('N10: counts requests, errors and time', async () => {
    await bench.listen([Prices], service());
    const client = bench.client();
    for (const amount of [1, 2, 3]) await client.request('price.quote', amount);
    await expect(client.request('price.quote', 'x')).rejects.toMatchObject({ code: 'NO_AMOUNT' });
    await client.publish('price.quote', 4, { confirm: 'flush' });
    const peer = await bench.peer();
    peer.publish('price.quote', '{', { reply: '_INBOX.nobody' });
    await peer.flush();
    const [quote, history] = statsSchema.parse(await one(peer, '$SRV.STATS')).endpoints;
    expect(quote).toMatchObject({
      name: 'quote',
      subject: 'price.quote',
      queue_group: 'pricing',
      num_requests: 5,
      num_errors: 2,
      last_error: '400: The payload cannot be read',
    });
    expect(quote!.processing_time).toBeGreaterThan(0);
    expect(quote!.average_processing_time).toBe(Math.trunc(quote!.processing_time / 5));
    expect(history).toMatchObject({
      num_requests: 0,
      num_errors: 0,
      last_error: '',
      processing_time: 0,
      average_processing_time: 0,
    });
  });

  it('counts a streamed answer that fails as an error, and tells nothing of its text', async () => {
    await bench.listen([Prices], service());
    const answers = bench.client().send('price.7.history', {});
    await expect(lastValueFrom(answers)).rejects.toMatchObject({ code: 'INTERNAL' });
    const stats = statsSchema.parse(await one(await bench.peer(), '$SRV.STATS'));
    expect(stats.endpoints[1]).toMatchObject({
      num_requests: 1,
      num_errors: 1,
      last_error: '500: Internal error',
    });
  });

  it('counts a request that is turned away', async () => {
    let release = (): void => undefined;
    const { app, strategy } = await bench.create([], service());
    await strategy.registerSubscriber('busy', () => new Promise<void>((done) => (release = done)), {
      respond: true,
      concurrency: 1,
      maxPending: 0,
    });
    await app.listen();
    const client = bench.client();
    const first = client.request('busy', 1);
    await expect(client.request('busy', 2)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    release();
    await first;
    const stats = statsSchema.parse(await one(await bench.peer(), '$SRV.STATS'));
    expect(stats.endpoints[0]).toMatchObject({
      num_requests: 2,
      num_errors: 1,
      last_error: '503: Too much work under way',
    });
  });

  it('shows handlers that are registered, until they are removed', async () => {
    const { app, strategy } = await bench.create([], service());
    await app.listen();
    const peer = await bench.peer();
    const subjects = async (): Promise<string[]> => {
      const { endpoints } = infoSchema.parse(await one(peer, '$SRV.INFO'));
      return endpoints.map(({ subject }) => subject);
    };
    expect(await subjects()).toEqual([]);
    await strategy.registerSubscriber('later.event', () => undefined);
    const registration = await strategy.registerSubscriber('later.request', () => 1, {
      respond: true,
    });
    expect(await subjects()).toEqual(['later.request']);
    await registration.remove();
    expect(await subjects()).toEqual([]);
  });

  it('is another instance each time it listens, and none when it is closed', async () => {
    const { strategy } = await bench.create([], service());
    await strategy.registerSubscriber('price.quote', () => 1, { respond: true });
    const peer = await bench.peer();
    const listen = async (): Promise<string> => {
      await strategy.listen(() => undefined);
      return pingSchema.parse(await one(peer, '$SRV.PING')).id;
    };
    const first = await listen();
    await bench.client().request('price.quote', 1);
    await strategy.close();
    await expect(one(peer, '$SRV.PING')).rejects.toThrow(/no responders/i);
    expect(await listen()).not.toBe(first);
    expect(statsSchema.parse(await one(peer, '$SRV.STATS')).endpoints[0]!.num_requests).toBe(0);
  });

  it('is one of several replicas, which all answer', async () => {
    for (let i = 0; i < 3; i++) await bench.listen([Prices], service());
    const answers = await ask(await bench.peer(), '$SRV.PING.prices');
    expect(new Set(answers.map((answer) => pingSchema.parse(answer).id)).size).toBe(3);
  });

  it('N10: is read by the services client of NATS', async () => {
    await bench.listen([Prices], service());
    await bench.client().request('price.quote', 1);
    const peer = await bench.peer();
    // it is made for an older copy of the client library
    const services = new Svcm(peer as never).client();
    const pings = [];
    for await (const ping of await services.ping()) pings.push(ping);
    expect(pings).toMatchObject([{ name: 'prices', version: '1.4.0-rc.1+7' }]);
    const infos = [];
    for await (const info of await services.info('prices')) infos.push(info);
    expect(infos).toMatchObject([{ endpoints: [{ name: 'quote' }, { queue_group: '' }] }]);
    const stats = [];
    for await (const stat of await services.stats('prices', pings[0]!.id)) stats.push(stat);
    expect(stats).toMatchObject([{ endpoints: [{ num_requests: 1, num_errors: 0 }, {}] }]);
  });

  it('answers inboxes only, and goes on', async () => {
    await bench.listen([Prices], service());
    const peer = await bench.peer();
    const seen: string[] = [];
    peer.subscribe('orders.>', { callback: (_, { subject }) => void seen.push(subject) });
    for (const verb of ['PING', 'INFO', 'STATS']) {
      peer.publish(`$SRV.${verb}`, undefined, { reply: 'orders.new' });
      peer.publish(`$SRV.${verb}.prices`);
    }
    await peer.flush();
    await expect(one(peer, '$SRV.PING')).resolves.toMatchObject({ name: 'prices' });
    expect(seen).toEqual([]);
  });

  it('leaves nothing behind when it is closed', async () => {
    const app = await bench.listen([Prices], service());
    await app.close();
    await onlyConnected(bench.server, []);
  });
});

describe('a strategy without a service', () => {
  it('answers nobody who looks for services', async () => {
    await bench.listen([Prices]);
    await expect(one(await bench.peer(), '$SRV.PING')).rejects.toThrow(/no responders/i);
  });
});

describe('the options of a service', () => {
  it('are checked when the strategy is made, with all others', () => {
    const make = (): NatsStrategy =>
      new NatsStrategy({ queue: 'a b', service: { name: 'a.b', version: 'new' } });
    expect(make).toThrow(/queue: .*; service\.name: .*; service\.version: /);
  });

  it('are no concern of an event handler', async () => {
    const { app, strategy } = await bench.create([], service());
    await strategy.registerSubscriber('price.changed', () => undefined, {
      endpoint: { name: 'a' },
    });
    await expect(app.listen()).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('endpoint: an event handler'),
    });
  });
});
