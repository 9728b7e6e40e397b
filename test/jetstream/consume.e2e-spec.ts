import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  Consume,
  JetStreamContext,
  NatsExceptionFilter,
  type NatsStrategyOptions,
  RetryLater,
  Terminate,
} from 'nestjs-nats';
import { from, throwError } from 'rxjs';
import { mergeMap } from 'rxjs/operators';
import { consumerToSay, consumerToSettle } from '../support/consumer-state.js';
import { gate } from '../support/gate.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

interface Order {
  id: string;
  fail?: number;
  later?: number;
}

interface Seen {
  handler: string;
  id: string;
  attempt: number;
  context: JetStreamContext;
}

const seen: Seen[] = [];
/** Lets the handler that answers with an Observable go on. */
const streaming = gate();
const note = (handler: string, { id }: Order, context: JetStreamContext): void =>
  void seen.push({ handler, id, attempt: context.attempt, context });

const RETRY = { attempts: 3, initialMs: 20, factor: 1, jitter: 0 };

@Controller()
class Orders {
  @Consume('orders.:orderId.created', { stream: 'ORDERS', durable: 'billing', retry: RETRY })
  bill(@Payload() order: Order, @Ctx() context: JetStreamContext): void {
    note('bill', order, context);
    if (context.attempt <= (order.fail ?? 0)) throw new Error('the bank is closed');
  }

  @EventPattern<string>('orders.*.paid', { stream: 'ORDERS', durable: 'shipping', retry: RETRY })
  async ship(@Payload() order: Order, @Ctx() context: JetStreamContext): Promise<void> {
    note('ship', order, context);
    if (context.deliveryCount <= (order.later ?? 0)) throw new RetryLater(20);
    await Promise.resolve();
  }

  @Consume('orders.*.lost', { stream: 'ORDERS', durable: 'lost' })
  lose(@Payload() order: Order, @Ctx() context: JetStreamContext): void {
    note('lose', order, context);
    throw new Terminate('no such order');
  }

  @Consume('orders.*.streamed', { stream: 'ORDERS', durable: 'streamed', retry: RETRY })
  stream(@Payload() order: Order, @Ctx() context: JetStreamContext): unknown {
    note('stream', order, context);
    const failing = context.attempt <= (order.fail ?? 0);
    return from(failing ? Promise.resolve() : streaming.wait()).pipe(
      mergeMap(() => (failing ? throwError(() => new Error('late')) : from([1, 2, 3]))),
    );
  }

  @Consume('orders.*.dropped', {
    stream: 'ORDERS',
    durable: 'dropped',
    deadLetter: false,
    retry: { attempts: 1 },
  })
  drop(@Payload() order: Order, @Ctx() context: JetStreamContext): void {
    note('drop', order, context);
    throw new Error('never mind');
  }

  /** A core subscription in the same strategy. */
  @EventPattern('plain.order')
  plain(@Payload() order: Order): void {
    seen.push({ handler: 'plain', id: order.id, attempt: 0, context: undefined as never });
  }
}

const STREAMS: NatsStrategyOptions['streams'] = [{ name: 'ORDERS', subjects: ['orders.>'] }];

const bench = new NatsBench({ jetstream: true });
let jsm: JetStreamManager;
let publish: (subject: string, payload: unknown) => Promise<void>;

beforeAll(() => bench.start());
beforeEach(async () => {
  const peer = await bench.peer();
  jsm = await jetstreamManager(peer);
  const js = jetstream(peer);
  publish = async (subject, payload) => {
    const data = typeof payload === 'string' ? payload : JSON.stringify(payload);
    await js.publish(subject, data);
  };
});
afterEach(async () => {
  for await (const stream of jsm.streams.list()) await jsm.streams.delete(stream.config.name);
  await bench.clear();
  seen.length = 0;
});
afterAll(() => bench.stop());

const listen = () => bench.listen([Orders], { streams: STREAMS });

const handled = (handler: string, count: number): Promise<void> =>
  waitFor(() => seen.filter((one) => one.handler === handler).length >= count, {
    what: () =>
      `${count} calls of ${handler}; there were ${JSON.stringify(seen.map(({ handler, id }) => [handler, id]))}`,
  });

const settled = (consumer: string): Promise<void> => consumerToSettle(jsm, 'ORDERS', consumer);

const deadLetters = async (): Promise<Record<string, number>> => {
  const { state } = await jsm.streams.info('DEAD_LETTERS', { subjects_filter: '>' });
  return state.subjects ?? {};
};

describe('a handler of a stream', () => {
  it('S1: gets what was stored before it listened, and acknowledges when it has completed', async () => {
    const app = await listen();
    await app.close();
    await publish('orders.7.created', { id: '7' });
    await consumerToSay(jsm, 'ORDERS', 'billing', { num_pending: 1 });
    await listen();
    await handled('bill', 1);
    await settled('billing');
    expect(seen).toHaveLength(1);
  });

  it('knows the message by its context', async () => {
    await listen();
    const before = Date.now();
    await publish('orders.7.created', { id: '7' });
    await handled('bill', 1);
    const { context } = seen[0]!;
    expect(context).toBeInstanceOf(JetStreamContext);
    expect(context).toMatchObject({
      subject: 'orders.7.created',
      params: { orderId: '7' },
      stream: 'ORDERS',
      consumer: 'billing',
      sequence: 1,
      deliveryCount: 1,
      attempt: 1,
      redelivered: false,
      pending: 0,
      replySubject: undefined,
    });
    expect(Math.abs(context.storedAt.getTime() - before)).toBeLessThan(5_000);
  });

  it('stands beside handlers of core NATS', async () => {
    const info: unknown = await (await bench.create([Orders], { streams: STREAMS })).app.listen();
    expect(info).toMatchObject({
      subscriptions: [{ kind: 'event', subject: 'plain.order' }],
      consumers: expect.arrayContaining([
        expect.objectContaining({
          stream: 'ORDERS',
          durable: 'billing',
          subjects: ['orders.*.created'],
        }),
      ]),
    });
    const client = bench.client();
    await client.publish('plain.order', { id: 'core' }, { confirm: 'flush' });
    await publish('orders.1.created', { id: 'stored' });
    await handled('plain', 1);
    await handled('bill', 1);
  });
});

describe('a message whose handler fails', () => {
  it('comes again after the delay, until it is handled', async () => {
    await listen();
    await publish('orders.1.created', { id: 'a', fail: 2 });
    await handled('bill', 3);
    await settled('billing');
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(await deadLetters()).toEqual({});
  });

  it('becomes a dead letter after the last attempt', async () => {
    await listen();
    await publish('orders.1.created', { id: 'a', fail: 9 });
    await settled('billing');
    await waitFor(async () => (await deadLetters())['dead.ORDERS.billing'] === 1, {
      what: 'the dead letter',
    });
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  it('does not keep others from being handled', async () => {
    await listen();
    await publish('orders.1.created', { id: 'bad', fail: 9 });
    for (let n = 0; n < 20; n++) await publish(`orders.${n}.created`, { id: `${n}` });
    await waitFor(async () => (await deadLetters())['dead.ORDERS.billing'] === 1, {
      what: 'the dead letter',
    });
    await settled('billing');
    expect(new Set(seen.map(({ id }) => id)).size).toBe(21);
  });

  it('comes again as often as RetryLater says, which is no attempt', async () => {
    await listen();
    await publish('orders.1.paid', { id: 'a', later: 6 });
    await handled('ship', 7);
    await settled('shipping');
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(await deadLetters()).toEqual({});
  });

  it('becomes a dead letter at once by Terminate', async () => {
    await listen();
    await publish('orders.1.lost', { id: 'a' });
    await waitFor(async () => (await deadLetters())['dead.ORDERS.lost'] === 1, {
      what: 'the dead letter',
    });
    await settled('lost');
    expect(seen).toHaveLength(1);
  });

  it('is followed to the end of an Observable', async () => {
    await listen();
    await publish('orders.1.streamed', { id: 'a', fail: 1 });
    await handled('stream', 2);
    expect((await jsm.consumers.info('ORDERS', 'streamed')).num_ack_pending).toBe(1);
    streaming.open();
    await settled('streamed');
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('is dropped without dead letters, if so wanted', async () => {
    await listen();
    await publish('orders.1.dropped', { id: 'a' });
    await handled('drop', 1);
    await settled('dropped');
    expect(await deadLetters()).toEqual({});
  });

  it('becomes a dead letter at once when it cannot be decoded, and never reaches the handler', async () => {
    await listen();
    await publish('orders.1.created', '{"id":');
    await waitFor(async () => (await deadLetters())['dead.ORDERS.billing'] === 1, {
      what: 'the dead letter',
    });
    await settled('billing');
    expect(seen).toEqual([]);
  });
});

describe('an exception filter', () => {
  it('that passes exceptions on lets rules see their class', async () => {
    class Declined extends Error {}
    @Controller()
    class Card {
      @Consume('orders.*.card', {
        stream: 'ORDERS',
        durable: 'card',
        retry: { ...RETRY, attempts: 5, rules: [{ error: Declined, attempts: 1 }] },
      })
      charge(@Payload() order: Order, @Ctx() context: JetStreamContext): void {
        note('charge', order, context);
        throw new Declined('no money');
      }
    }
    const { app } = await bench.create([Card], { streams: STREAMS });
    app.useGlobalFilters(new NatsExceptionFilter());
    await app.listen();
    await publish('orders.1.card', { id: 'a' });
    await waitFor(async () => (await deadLetters())['dead.ORDERS.card'] === 1, {
      what: 'the dead letter',
    });
    expect(seen).toHaveLength(1);
  });
});
