import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { StreamConfig } from '@nats-io/jetstream';
import { type DeadLetter, DeadLetters } from 'nestjs-nats';
import { resolveJetStreamOptions } from '../../libs/nestjs-nats/src/jetstream/api/js-options.js';
import {
  deadLetterStream,
  resolveDeadLetters,
} from '../../libs/nestjs-nats/src/jetstream/dead-letter/dead-letter-options.js';
import { madeWith } from '../../libs/nestjs-nats/src/jetstream/stream/own-stream.js';
import { MaxDeliveriesNet } from '../../libs/nestjs-nats/src/jetstream/dead-letter/max-deliveries-net.js';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

let names = 0;

interface Stage {
  js: JsStage;
  stream: string;
  subject: string;
  net: MaxDeliveriesNet;
  letters: DeadLetters;
  reports: [what: string, error: unknown][];
  /** Makes the stream of dead letters. */
  keep: () => Promise<void>;
  /** Lets the consumer have a message twice, so that the server gives it up. */
  exhaust: () => Promise<void>;
  count: (stream?: string) => Promise<number>;
}

/** A stream with a consumer of somebody else, which nobody answers, and a net under it. */
async function stage(
  config: Partial<Pick<StreamConfig, 'retention'>> = {},
  remove = false,
  nets = 1,
): Promise<Stage> {
  const js = await JsStage.open(bench);
  const n = ++names;
  const [stream, subject] = [`JOBS${n}`, `jobs${n}.x`];
  const deadLetters = resolveDeadLetters({ stream: `DEAD${n}`, subjectPrefix: `dead${n}` });
  await js.stream(stream, [subject], config);
  await js.consumer(stream, 'work', { ackWaitMs: 200, max_deliver: 2 });
  const reports: [string, unknown][] = [];
  const report = (...args: [string, unknown]): void => void reports.push(args);
  const make = (): MaxDeliveriesNet =>
    new MaxDeliveriesNet(js.shared, {
      consumers: [{ stream, consumer: 'work', remove }],
      deadLetters,
      jetstream: resolveJetStreamOptions(),
      report,
      stored: () => undefined,
    });
  const [net, ...others] = Array.from({ length: nets }, make) as [MaxDeliveriesNet];
  const letters = new DeadLetters({ servers: bench.server.url, stream: deadLetters.stream });
  bench.own(() => letters.close());
  for (const each of [net, ...others]) {
    await each.start();
    bench.own(() => each.stop());
  }
  return {
    js,
    stream,
    subject,
    net,
    letters,
    reports,
    keep: async () =>
      void (await js.jsm.streams.add(madeWith(deadLetterStream(deadLetters)) as { name: string })),
    exhaust: async () => {
      await js.next(stream, 'work');
      await js.next(stream, 'work');
      // the server finds out when it would deliver the message once more
      expect(await js.poll(stream, 'work', 1_000)).toBeUndefined();
    },
    count: async (name = stream) => (await js.jsm.streams.info(name)).state.messages,
  };
}

async function caught({ letters }: Stage, count: number): Promise<DeadLetter[]> {
  await waitFor(async () => (await letters.count()) >= count, { what: 'the dead letters' });
  const found: DeadLetter[] = [];
  for await (const letter of letters.list()) found.push(letter);
  return found;
}

describe('a message that the server gives up', () => {
  it('becomes a dead letter, and stays in its stream', async () => {
    const on = await stage();
    await on.keep();
    await on.js.publish(on.subject, 'seven');
    await on.exhaust();
    const [letter, ...more] = await caught(on, 1);
    expect(more).toEqual([]);
    expect(letter).toMatchObject({
      subject: on.subject,
      stream: on.stream,
      streamSequence: 1,
      consumer: 'work',
      attempts: 2,
      reason: 'max-deliveries',
      errorCode: 'MAX_DELIVERIES',
      error: 'Given up after 2 deliveries',
    });
    expect(Buffer.from(letter!.data).toString()).toBe('seven');
    expect(await on.count()).toBe(1);
    expect(on.reports).toEqual([]);
  });

  it('is removed from a work queue, where it can be redriven', async () => {
    const on = await stage({ retention: 'workqueue' }, true);
    await on.keep();
    await on.js.publish(on.subject, 'seven');
    await on.exhaust();
    await caught(on, 1);
    await waitFor(async () => (await on.count()) === 0, { what: 'the removal' });
    expect(await on.letters.redriveAll()).toMatchObject({ redriven: 1 });
    expect((await on.js.next(on.stream, 'work')).message.string()).toBe('seven');
  });

  it('becomes one dead letter, however many processes have a net', async () => {
    const on = await stage({}, false, 3);
    await on.keep();
    await on.js.publish(on.subject);
    await on.exhaust();
    expect(await caught(on, 1)).toHaveLength(1);
  });

  it('waits for a stream of dead letters, and is not removed before', async () => {
    const on = await stage({ retention: 'workqueue' }, true);
    await on.js.publish(on.subject);
    await on.exhaust();
    await waitFor(() => on.reports.length > 0, { what: 'the report' });
    expect(on.reports[0]![1]).toMatchObject({ code: 'STREAM_NOT_FOUND' });
    expect(await on.count()).toBe(1);
    await on.keep();
    await caught(on, 1);
    await waitFor(async () => (await on.count()) === 0, { what: 'the removal' });
  });

  it('is caught after a reconnect', async () => {
    const on = await stage();
    await on.keep();
    await bench.server.kill();
    await waitFor(() => !on.js.shared.isUp, { what: 'the disconnect' });
    await bench.server.restart();
    await waitFor(() => on.js.shared.isUp, { what: 'the connection' });
    // what the test's own connection asks before it is back is never answered
    await waitFor(async () => (await on.count().catch(() => -1)) === 0, {
      timeoutMs: 20_000,
      what: 'the stream',
    });
    await on.js.publish(on.subject);
    await on.exhaust();
    expect(await caught(on, 1)).toHaveLength(1);
  });
});

describe('the net', () => {
  it('overlooks a message that is gone, and reports what it cannot read', async () => {
    const on = await stage();
    await on.keep();
    await on.js.publish(on.subject, 'kept');
    const advisory = `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${on.stream}.work`;
    for (const data of ['{', 'null', '{"stream_seq":0}', '{"stream_seq":"1"}']) {
      on.js.peer.publish(advisory, data);
    }
    on.js.peer.publish(advisory, '{"stream_seq":99,"deliveries":2}');
    on.js.peer.publish(advisory, '{"stream_seq":1,"deliveries":2}');
    const [letter, ...more] = await caught(on, 1);
    expect(letter!.streamSequence).toBe(1);
    expect(more).toEqual([]);
    const what = `The net for the consumer "work" of "${on.stream}" fails`;
    const unreadable = [what, expect.objectContaining({ code: 'DECODE_FAILED' })];
    expect(on.reports).toEqual([unreadable, unreadable, unreadable, unreadable]);
  });

  it('says when it stops what it has not written down', async () => {
    const on = await stage();
    await on.js.publish(on.subject);
    await on.exhaust();
    await waitFor(() => on.reports.length > 0, { what: 'the report' });
    await on.net.stop();
    expect(on.reports.at(-1)![0]).toBe(
      'Stopped with messages given up by the server that are not written down: 1',
    );
    expect(await on.count()).toBe(1);
    expect(await rejection(on.letters.count())).toMatchObject({ code: 'STREAM_NOT_FOUND' });
  });
});
