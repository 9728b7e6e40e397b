import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { DeliveredMessage } from '../../libs/nestjs-nats/src/jetstream/pull/delivery.js';
import {
  deadLetterStream,
  resolveDeadLetters,
} from '../../libs/nestjs-nats/src/jetstream/dead-letter/dead-letter-options.js';
import { madeWith } from '../../libs/nestjs-nats/src/jetstream/stream/own-stream.js';
import type { Death } from '../../libs/nestjs-nats/src/jetstream/dead-letter/dead-letter-message.js';
import {
  type DeadLetterFailure,
  DeadLetterPublisher,
  deadMessageOf,
} from '../../libs/nestjs-nats/src/jetstream/dead-letter/dead-letter-publisher.js';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';
import { describeOnVersions } from '../support/server-versions.js';
import { waitFor } from '../support/wait-for.js';

const SUBJECT = 'dead.ORDERS.work';
const DEATH: Death = {
  reason: 'attempts',
  error: new Error('no'),
  attempts: 5,
  firstFailureMs: 0,
  lastFailureMs: 1,
};

describeOnVersions('dead letters', (version) => {
  const bench = new NatsBench({ jetstream: true, ...version });
  beforeAll(() => bench.start());
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  interface Scene {
    js: JsStage;
    delivered: DeliveredMessage;
    failures: DeadLetterFailure[];
    publisher: DeadLetterPublisher;
    publish: () => Promise<boolean>;
    make: (config?: { max_msgs?: number; max_msg_size?: number }) => Promise<void>;
    stored: () => Promise<number>;
  }

  async function stage(payload: string | Uint8Array = 'one'): Promise<Scene> {
    const js = await JsStage.open(bench);
    bench.own(async () => {
      for (const name of ['ORDERS', 'DEAD_LETTERS'])
        await js.jsm.streams.delete(name).catch(() => undefined);
    });
    await js.stream('ORDERS', ['orders']);
    await js.consumer('ORDERS', 'work');
    await js.publish('orders', payload);
    const delivered = await js.next('ORDERS', 'work');
    const failures: DeadLetterFailure[] = [];
    const publisher = new DeadLetterPublisher(js.shared, {
      timeoutMs: 2_000,
      report: (failure) => void failures.push(failure),
    });
    bench.own(() => publisher.stop());
    const { name, subjects, ...config } = madeWith(deadLetterStream(resolveDeadLetters()));
    return {
      js,
      delivered,
      failures,
      publisher,
      publish: () => publisher.publish(deadMessageOf(delivered), DEATH, SUBJECT),
      make: (more) => js.stream(name, [...subjects], { ...config, ...more }),
      stored: async () => (await js.jsm.streams.info('DEAD_LETTERS')).state.messages,
    };
  }

  it('are kept with what they were', async () => {
    const { js, publish, make, failures } = await stage();
    await make();
    await expect(publish()).resolves.toBe(true);
    const stored = await js.jsm.streams.getMessage('DEAD_LETTERS', { seq: 1 });
    expect(stored).toMatchObject({ subject: SUBJECT });
    expect(stored?.string()).toBe('one');
    expect(stored?.header.get('Dead-Letter-Subject')).toBe('orders');
    expect(failures).toEqual([]);
  });

  it('are kept once, also when they are published twice', async () => {
    const { publish, make, stored } = await stage();
    await make();
    expect([await publish(), await publish()]).toEqual([true, true]);
    expect(await stored()).toBe(1);
  });

  it('wait for a stream that is missing', async () => {
    const { publish, make, stored, failures } = await stage();
    const published = publish();
    await waitFor(() => failures.length >= 2, { what: 'two tries' });
    expect(failures[0]).toMatchObject({ subject: SUBJECT, error: { code: 'STREAM_NOT_FOUND' } });
    await make();
    await expect(published).resolves.toBe(true);
    expect(await stored()).toBe(1);
  });

  it('wait for room', async () => {
    const { js, publish, make, failures } = await stage();
    await make({ max_msgs: 1 });
    await js.publish('dead.other', 'full');
    const published = publish();
    await waitFor(() => failures.length > 0, { what: 'a try' });
    expect(failures[0]).toMatchObject({ error: { code: 'STREAM_FULL' } });
    await js.jsm.streams.purge('DEAD_LETTERS');
    await expect(published).resolves.toBe(true);
  });

  it('wait for the connection', async () => {
    const { js, publish, make, stored, failures } = await stage();
    await make();
    await bench.server.kill();
    await waitFor(() => !js.shared.isUp, { what: 'the disconnect' });
    const published = publish();
    await waitFor(() => failures.length > 0, { what: 'a try' });
    expect(failures[0]).toMatchObject({ error: { code: 'NOT_CONNECTED' } });
    await bench.server.restart();
    await expect(published).resolves.toBe(true);
    // what the test's own connection asks before it is back is never answered
    await waitFor(async () => (await stored().catch(() => 0)) === 1, {
      timeoutMs: 20_000,
      what: 'the dead letter',
    });
  });

  it('stop waiting when the application stops', async () => {
    const { publisher, publish, failures } = await stage();
    const published = publish();
    await waitFor(() => failures.length > 0, { what: 'a try' });
    publisher.stop();
    await expect(published).resolves.toBe(false);
    await expect(publish()).resolves.toBe(false);
  });

  it('are still stored while the last handlers come to their end', async () => {
    const { publisher, publish, make, stored, failures } = await stage();
    await make();
    publisher.stop();
    await expect(publish()).resolves.toBe(true);
    expect([await stored(), failures.length]).toEqual([1, 0]);
  });

  it('fit though the message alone is as large as the server takes', async () => {
    const limit = 1024 * 1024;
    const { js, publish, make } = await stage(new Uint8Array(limit).fill(7));
    await make();
    await expect(publish()).resolves.toBe(true);
    const stored = await js.jsm.streams.getMessage('DEAD_LETTERS', { seq: 1 });
    expect(stored?.data.length).toBe(limit);
  });

  it('tell less where the stream accepts less than the server', async () => {
    const { js, publish, make, failures } = await stage();
    await make({ max_msg_size: 150 });
    await expect(publish()).resolves.toBe(true);
    const stored = await js.jsm.streams.getMessage('DEAD_LETTERS', { seq: 1 });
    expect(stored?.string()).toBe('one');
    expect(stored?.header.get('Dead-Letter-Subject')).toBe('orders');
    expect(stored?.header.has('Dead-Letter-Error')).toBe(false);
    expect(failures).toEqual([]);
  });

  it('that no stream takes in any form are given back after some tries', async () => {
    const { publish, make, failures } = await stage('x'.repeat(200));
    await make({ max_msg_size: 150 });
    await expect(publish()).resolves.toBe(false);
    expect(failures.length).toBeGreaterThan(1);
    for (const { error } of failures) expect(error).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });
});

it.each(['\r\nbad name: x', '\r\nTag: a\nb'])(
  'a message whose headers nobody can send on (%j) becomes a dead letter without them',
  async (headers) => {
    const bench = new NatsBench({ jetstream: true });
    await bench.start();
    try {
      const js = await JsStage.open(bench);
      await js.stream('ORDERS', ['orders', 'dead.>']);
      await js.consumer('ORDERS', 'work', { filter_subject: 'orders' });
      const raw = await bench.raw();
      raw.publish('orders', 'one', { headers });
      await raw.flush();
      const delivered = await js.next('ORDERS', 'work');
      const dead = deadMessageOf(delivered);
      expect(dead.headers).toBeUndefined();
      const publisher = new DeadLetterPublisher(js.shared, {
        timeoutMs: 2_000,
        report: ({ error }) => {
          throw error;
        },
      });
      await expect(publisher.publish(dead, DEATH, SUBJECT)).resolves.toBe(true);
      const stored = await js.jsm.streams.getMessage('ORDERS', { last_by_subj: SUBJECT });
      expect(stored?.string()).toBe('one');
    } finally {
      await bench.stop();
    }
  },
);
