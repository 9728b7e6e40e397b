import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeliveredMessage } from '../../libs/nestjs-nats/src/jetstream/pull/delivery.js';
import {
  Settle,
  type SettleOptions,
  type Unsettled,
} from '../../libs/nestjs-nats/src/jetstream/settlement/settle.js';
import { connected, JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

let names = 0;

/** A stream with a consumer of the test's own, messages in it, and what settles them. */
async function stage(options: Partial<SettleOptions> = {}): Promise<{
  js: JsStage;
  settle: Settle;
  unsettled: Unsettled[];
  next: (timeoutMs?: number) => Promise<DeliveredMessage>;
  pending: () => Promise<number>;
  stream: string;
  /** Between the connection that settles and the server: one that is killed forgets deliveries. */
  wire: TcpProxy;
}> {
  const wire = await TcpProxy.start(bench.server.port);
  bench.own(() => wire.close());
  const peer = await bench.peer();
  const js = await JsStage.over(peer, await connected(bench, { servers: wire.url }));
  const stream = `S${++names}`;
  await js.stream(stream, [`settle.${names}`]);
  await js.consumer(stream, 'work');
  await js.publish(`settle.${names}`, 'one');
  const unsettled: Unsettled[] = [];
  const settle = new Settle(js.shared, {
    confirmed: false,
    timeoutMs: 5_000,
    report: (event) => void unsettled.push(event),
    ...options,
  });
  bench.own(() => settle.close());
  return {
    js,
    settle,
    unsettled,
    stream,
    wire,
    next: (timeoutMs) => js.next(stream, 'work', timeoutMs),
    pending: async () => (await js.info(stream, 'work')).num_ack_pending,
  };
}

async function down({ js, wire }: { js: JsStage; wire: TcpProxy }): Promise<void> {
  wire.cut();
  await waitFor(() => !js.shared.isUp, { what: 'the disconnect' });
}

describe.each([false, true])('with confirmed %p', (confirmed) => {
  it('an acknowledged message is done', async () => {
    const { settle, next, pending } = await stage({ confirmed });
    expect(await settle.ack(await next())).toBe(true);
    await waitFor(async () => (await pending()) === 0, { what: 'the acknowledgement' });
  });

  it('one that is put off comes again, not before its time', async () => {
    const { settle, next } = await stage({ confirmed });
    const first = await next();
    const start = performance.now();
    expect(await settle.nak(first, 300)).toBe(true);
    const second = await next();
    expect(performance.now() - start).toBeGreaterThanOrEqual(299);
    expect(second.delivery).toMatchObject({ deliveryCount: 2, streamSequence: 1 });
  });

  it('one that is given up does not, and an advisory has the reason', async () => {
    const { js, settle, next, pending, stream } = await stage({ confirmed });
    const advisories: string[] = [];
    js.peer.subscribe(`$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.${stream}.work`, {
      callback: (_, message) => void advisories.push(message.string()),
    });
    await js.peer.flush();
    expect(await settle.term(await next(), 'dead letter 7\nof two lines')).toBe(true);
    await waitFor(() => advisories.length === 1, { what: 'the advisory' });
    expect(JSON.parse(advisories[0]!)).toMatchObject({ reason: 'dead letter 7 of two lines' });
    expect(await pending()).toBe(0);
  });

  it('an acknowledgement waits for the connection, and the message does not come again', async () => {
    const scene = await stage({ confirmed });
    const { js, settle, next, pending, unsettled, stream } = scene;
    const delivered = await next();
    await down(scene);
    expect(await settle.ack(delivered)).toBe(false);
    scene.wire.restore();
    await waitFor(async () => (await pending()) === 0, { what: 'the late ack' });
    expect(await js.poll(stream, 'work', 1_000)).toBeUndefined();
    expect(unsettled).toEqual([]);
  });

  it('what is put off without a connection is reported, and so is what waits when it ends', async () => {
    const scene = await stage({ confirmed });
    const { settle, next, unsettled } = scene;
    const delivered = await next();
    await down(scene);
    expect(await settle.nak(delivered, 5)).toBe(false);
    const error = expect.objectContaining({ code: 'NOT_CONNECTED' });
    expect(unsettled).toEqual([{ action: 'nak', delivered, error }]);
    expect(settle.working(delivered)).toBe(false);
    expect(await settle.term(delivered, 'no')).toBe(false);
    expect(unsettled).toHaveLength(1);
    settle.close();
    expect(unsettled[1]).toEqual({ action: 'term', delivered, error });
    scene.wire.restore();
  });

  it('a subject of another consumer is not published to', async () => {
    const { js, settle, next, unsettled } = await stage({ confirmed });
    const { message, delivery } = await next();
    for (const reply of ['$JS.API.STREAM.DELETE.S1', '$JS.ACK.S1.other.1.1.1.1.1', '']) {
      const forged: DeliveredMessage = { delivery, message: { ...message, reply } };
      expect(await settle.ack(forged)).toBe(false);
      expect(unsettled.pop()?.error).toMatchObject({ code: 'INVALID_SUBJECT' });
    }
    await expect(js.jsm.streams.info('S1')).resolves.toBeDefined();
  });
});

it('a confirmed acknowledgement has been taken when it resolves', async () => {
  const { settle, next, pending } = await stage({ confirmed: true });
  expect(await settle.ack(await next())).toBe(true);
  expect(await pending()).toBe(0);
});

it('a confirmed acknowledgement to nobody is reported', async () => {
  const { js, settle, next, unsettled, stream } = await stage({ confirmed: true });
  const delivered = await next();
  await js.jsm.consumers.delete(stream, 'work');
  expect(await settle.ack(delivered)).toBe(false);
  expect(unsettled[0]).toMatchObject({ action: 'ack', error: { code: 'NO_RESPONDERS' } });
});

it('a message that is worked on does not come again meanwhile', async () => {
  const { js, settle } = await stage();
  await js.stream('LONG', ['long']);
  await js.consumer('LONG', 'work', { ackWaitMs: 1_000 });
  await js.publish('long');
  const delivered = await js.next('LONG', 'work');
  const end = performance.now() + 2_500;
  while (performance.now() < end) {
    expect(settle.working(delivered)).toBe(true);
    expect(await js.poll('LONG', 'work', 400)).toBeUndefined();
  }
  expect(settle.ack(delivered)).toBe(true);
});

it('an acknowledgement goes over whatever connection stands', async () => {
  const { next, pending, unsettled } = await stage();
  const delivered = await next();
  const other = new Settle(await connected(bench), {
    confirmed: true,
    timeoutMs: 5_000,
    report: (event) => void unsettled.push(event),
  });
  expect(await other.ack(delivered)).toBe(true);
  expect(await pending()).toBe(0);
  other.close();
});
