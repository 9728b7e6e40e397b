import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { StreamConfig } from '@nats-io/jetstream';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import {
  type DeadLetter,
  type DeadLetterQuery,
  DeadLetters,
  type DeadLettersOptions,
  type GiveUpReason,
  NatsSharedConnection,
  type RedriveProgress,
} from 'nestjs-nats';
import {
  deadLetterStream,
  deadLetterSubject,
  resolveDeadLetters,
} from '../../libs/nestjs-nats/src/jetstream/dead-letter/dead-letter-options.js';
import { madeWith } from '../../libs/nestjs-nats/src/jetstream/stream/own-stream.js';
import { DeadLetterPublisher } from '../../libs/nestjs-nats/src/jetstream/dead-letter/dead-letter-publisher.js';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

let names = 0;

interface Given {
  data?: string;
  subject?: string;
  consumer?: string;
  reason?: GiveUpReason;
  own?: MsgHdrs;
  error?: unknown;
}

interface Stage {
  js: JsStage;
  letters: DeadLetters;
  options: { stream: string; subjectPrefix: string };
  /** The stream that the messages were in; `<orders>.>` are its subjects. */
  orders: string;
  giveUp: (given?: Given) => Promise<void>;
  messages: () => Promise<number>;
}

/** A stream of orders, one of dead letters, and what writes them. */
async function stage(config: Partial<StreamConfig> = {}): Promise<Stage> {
  const js = await JsStage.open(bench);
  const n = ++names;
  const options = { stream: `DEAD${n}`, subjectPrefix: `dead${n}` };
  const orders = `orders${n}`;
  const declared = madeWith(deadLetterStream(resolveDeadLetters(options)));
  await js.jsm.streams.add({ ...declared, subjects: [...declared.subjects], ...config });
  await js.stream(orders, [`${orders}.>`]);
  const publisher = new DeadLetterPublisher(js.shared, { timeoutMs: 2_000, report: () => {} });
  bench.own(() => publisher.stop());
  const letters = new DeadLetters({ servers: bench.server.url, stream: options.stream });
  bench.own(() => letters.close());
  let sequence = 0;
  return {
    js,
    letters,
    options,
    orders,
    giveUp: async ({
      data = 'seven',
      subject = `${orders}.7`,
      consumer = 'billing',
      reason = 'attempts',
      own,
      error = new Error('no such order'),
    } = {}) => {
      const where = { stream: orders, consumer, sequence: ++sequence, storedAtMs: 1_000 };
      const dead = { ...where, subject, payload: Buffer.from(data), headers: own };
      const death = { reason, error, attempts: 5, firstFailureMs: 2_000, lastFailureMs: 3_000 };
      const target = deadLetterSubject(resolveDeadLetters(options), orders, consumer);
      expect(await publisher.publish(dead, death, target)).toBe(true);
    },
    messages: async () => (await js.jsm.streams.info(orders)).state.messages,
  };
}

async function listed({ letters }: Stage, query?: DeadLetterQuery): Promise<DeadLetter[]> {
  const found: DeadLetter[] = [];
  for await (const letter of letters.list(query)) found.push(letter);
  return found;
}

const payloads = (letters: DeadLetter[]): string[] =>
  letters.map(({ data }) => Buffer.from(data).toString());

function tags(...values: string[]): MsgHdrs {
  const result = headers();
  for (const value of values) result.append('Tag', value);
  return result;
}

describe('list', () => {
  it('tells what is known of a dead letter, and gives the message as it was', async () => {
    const own = tags('a', 'b');
    own.set('Nats-Msg-Id', 'order-7');
    const on = await stage();
    const before = Date.now();
    await on.giveUp({ own });
    const [letter, ...more] = await listed(on);
    expect(more).toEqual([]);
    expect(letter).toMatchObject({
      sequence: 1,
      subject: `${on.orders}.7`,
      stream: on.orders,
      streamSequence: 1,
      consumer: 'billing',
      attempts: 5,
      reason: 'attempts',
      errorCode: 'Error',
      error: 'no such order',
      firstFailureAt: new Date(2_000),
      lastFailureAt: new Date(3_000),
    });
    expect(letter!.storedAt.getTime()).toBeGreaterThanOrEqual(before);
    expect([...letter!.headers]).toEqual([['Tag', ['a', 'b']]]);
    expect(payloads([letter!])).toEqual(['seven']);
    expect(await on.letters.get(1)).toEqual(letter);
    expect(await on.letters.get(2)).toBeUndefined();
  });

  it('finds by stream, consumer, subject, reason and time', async () => {
    const on = await stage();
    await on.giveUp({ data: 'a', consumer: 'billing', subject: `${on.orders}.7.paid` });
    await on.giveUp({ data: 'b', consumer: 'shipping', reason: 'invalid' });
    await on.giveUp({ data: 'c', consumer: 'shipping', subject: `${on.orders}.8.paid` });
    const found = async (query: DeadLetterQuery): Promise<string[]> => {
      const letters = payloads(await listed(on, query));
      const { limit, ...filter } = query;
      expect([limit, await on.letters.count(filter)]).toContain(letters.length);
      return letters;
    };
    expect(await found({})).toEqual(['a', 'b', 'c']);
    expect(await found({ consumer: 'shipping' })).toEqual(['b', 'c']);
    expect(await found({ reason: 'invalid' })).toEqual(['b']);
    expect(await found({ stream: on.orders })).toEqual(['a', 'b', 'c']);
    expect(await found({ stream: 'OTHER' })).toEqual([]);
    expect(await found({ subject: `${on.orders}.*.paid` })).toEqual(['a', 'c']);
    expect(await found({ subject: `${on.orders}.*.paid`, consumer: 'shipping' })).toEqual(['c']);
    expect(await found({ since: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await found({ since: new Date(Date.now() - 60_000), limit: 2 })).toEqual(['a', 'b']);
  });

  it('passes over gaps, and gives what others have put there without a subject', async () => {
    const on = await stage();
    for (const data of ['a', 'b', 'c']) await on.giveUp({ data });
    await on.js.publish(`${on.options.subjectPrefix}.x`, 'of somebody else');
    const hostile = await bench.raw();
    hostile.publish(`${on.options.subjectPrefix}.x`, '', { headers: '\r\nbad name: value' });
    await hostile.flush();
    await on.giveUp({ data: 'd' });
    expect(await on.letters.remove(2)).toBe(true);
    expect(payloads(await listed(on))).toEqual(['a', 'c', 'of somebody else', '', 'd']);
    expect(await on.letters.get(4)).toMatchObject({ subject: '', attempts: 0, stream: '' });
    expect(await on.letters.redriveAll()).toEqual({ redriven: 3, skipped: 2, failed: 0 });
  });

  it('refuses a query that would find something else', async () => {
    const on = await stage();
    const query = { durable: 'x', subject: 'a..b', since: 'now', limit: 0 } as never;
    for (const ask of [
      () => listed(on, query),
      () => on.letters.count(query),
      () => on.letters.redriveAll(query),
    ]) {
      expect(await rejection(ask())).toMatchObject({
        code: 'INVALID_OPTIONS',
        details: {
          faults: [
            'durable: there is no such option',
            'subject: it has an empty token (a dot at an end, or two in a row)',
            'since: expected a Date',
            'limit: expected a whole number, at least 1',
          ],
        },
      });
    }
  });

  it('says when there is no stream of dead letters', async () => {
    const letters = new DeadLetters({ servers: bench.server.url, stream: 'NOWHERE' });
    bench.own(() => letters.close());
    expect(await rejection(letters.count())).toMatchObject({ code: 'STREAM_NOT_FOUND' });
    expect(await rejection(letters.get(1))).toMatchObject({ code: 'STREAM_NOT_FOUND' });
  });
});

describe('remove', () => {
  it('tells whether there was one', async () => {
    const on = await stage();
    await on.giveUp();
    expect(await on.letters.remove(1)).toBe(true);
    expect(await on.letters.remove(1)).toBe(false);
    expect(await on.letters.remove(99)).toBe(false);
    expect(await on.letters.count()).toBe(0);
  });

  it('says when the stream does not let it', async () => {
    const on = await stage({ deny_delete: true });
    await on.giveUp();
    expect(await rejection(on.letters.remove(1))).toMatchObject({ code: 'JETSTREAM_REFUSED' });
    expect(await on.letters.count()).toBe(1);
  });
});

describe('redrive', () => {
  it('publishes the message as it was, and removes the dead letter', async () => {
    const on = await stage();
    const own = tags('a', 'b');
    own.set('Content-Type', 'text/plain');
    await on.giveUp({ own });
    expect(await on.letters.redrive(1)).toEqual({
      stream: on.orders,
      sequence: 1,
      duplicate: false,
    });
    const message = (await on.js.jsm.streams.getMessage(on.orders, { seq: 1 }))!;
    expect(message.subject).toBe(`${on.orders}.7`);
    expect(message.string()).toBe('seven');
    expect([...message.header].filter(([name]) => name !== 'Nats-Msg-Id')).toEqual([
      ['Tag', ['a', 'b']],
      ['Content-Type', ['text/plain']],
    ]);
    expect(await on.letters.count()).toBe(0);
    expect(await rejection(on.letters.redrive(1))).toMatchObject({ code: 'JETSTREAM_REFUSED' });
  });

  it('is not taken for a repeat of the message, but for one of itself', async () => {
    // as if the process ended each time before it removes the dead letter
    const on = await stage({ deny_delete: true });
    const own = headers();
    own.set('Nats-Msg-Id', 'order-7');
    await on.js.peer.request(`${on.orders}.7`, 'seven', { headers: own, timeout: 5_000 });
    await on.giveUp({ own });
    for (const _ of [1, 2]) {
      expect(await rejection(on.letters.redrive(1))).toMatchObject({ code: 'JETSTREAM_REFUSED' });
      expect(await on.messages()).toBe(2);
    }
    expect(await on.letters.count()).toBe(1);
  });

  it('is redriven without an id when there is no room for one', async () => {
    const on = await stage();
    const { max_payload: limit } = on.js.peer.info!;
    // the dead letter just says where it comes from; the id would take a little more
    const room = `NATS/1.0\r\nDead-Letter-Subject: ${on.orders}.7\r\n\r\n`.length;
    await on.giveUp({ data: 'x'.repeat(limit - room) });
    const { sequence } = await on.letters.redrive(1);
    const stored = await on.js.jsm.streams.getMessage(on.orders, { seq: sequence });
    expect(stored?.data.length).toBe(limit - room);
  });

  it('keeps the dead letter when no stream takes its message', async () => {
    const on = await stage();
    await on.giveUp({ subject: `nobody${names}.here` });
    expect(await rejection(on.letters.redrive(1))).toMatchObject({ code: 'STREAM_NOT_FOUND' });
    expect(await on.letters.count()).toBe(1);
  });

  it.each(['$JS.API.STREAM.DELETE.', '$SYS.REQ.SERVER.PING', '_INBOX.x', 'a.*', 'a..b'])(
    'does not publish on %s, whoever has written it there',
    async (subject) => {
      const on = await stage();
      const forged = headers();
      const target = subject.endsWith('DELETE.') ? subject + on.orders : subject;
      forged.set('Dead-Letter-Subject', target);
      await on.js.peer.request(`${on.options.subjectPrefix}.x`, '', {
        headers: forged,
        timeout: 5_000,
      });
      expect(await rejection(on.letters.redrive(1))).toMatchObject({ code: 'INVALID_SUBJECT' });
      expect(await on.letters.redriveAll()).toEqual({ redriven: 0, skipped: 1, failed: 0 });
      expect(await on.messages()).toBe(0);
    },
  );
});

describe('redrive into a stream that acknowledges nothing', () => {
  async function quiet(): Promise<Stage> {
    const on = await stage();
    await on.js.jsm.streams.update(on.orders, { no_ack: true });
    await on.giveUp();
    const jetstream = { apiTimeoutMs: 300 };
    const { stream } = on.options;
    const letters = new DeadLetters({ servers: bench.server.url, stream, jetstream });
    bench.own(() => letters.close());
    return { ...on, letters };
  }

  it('finds the message there, and removes the dead letter', async () => {
    const on = await quiet();
    const stored = { stream: on.orders, sequence: 1, duplicate: false };
    expect(await on.letters.redrive(1)).toEqual(stored);
    expect(await on.letters.count()).toBe(0);
    expect(await on.messages()).toBe(1);
  });

  it('keeps the dead letter when nobody can tell whether the message is there', async () => {
    const on = await quiet();
    // whenever a message comes, there is another one after it
    const subject = `${on.orders}.7`;
    on.js.peer.subscribe(subject, {
      callback: (_, { headers: of }) => of && on.js.peer.publish(subject, 'another'),
    });
    await on.js.peer.flush();
    expect(await rejection(on.letters.redrive(1))).toMatchObject({ code: 'TIMEOUT' });
    expect(await on.letters.count()).toBe(1);
  });
});

describe('redriveAll', () => {
  it('counts in a dry run, and does nothing', async () => {
    const on = await stage();
    for (const data of ['a', 'b', 'c']) await on.giveUp({ data });
    const counts = await on.letters.redriveAll({ dryRun: true });
    expect(counts).toEqual({ redriven: 3, skipped: 0, failed: 0 });
    expect(await on.letters.count()).toBe(3);
    expect(await on.messages()).toBe(0);
  });

  it('redrives what is asked for, skips what may not be published, and goes on after a failure', async () => {
    const on = await stage();
    await on.giveUp({ data: 'a' });
    await on.giveUp({ data: 'b', subject: `nobody${names}.here` });
    await on.giveUp({ data: 'c', subject: '$JS.API.INFO' });
    await on.giveUp({ data: 'd', consumer: 'shipping' });
    await on.giveUp({ data: 'e' });
    const progress: RedriveProgress[] = [];
    const counts = await on.letters.redriveAll({
      consumer: 'billing',
      onProgress: (step) => void progress.push(step),
    });
    expect(counts).toEqual({ redriven: 2, skipped: 1, failed: 1 });
    expect(progress.map(({ letter }) => letter.sequence)).toEqual([1, 2, 3, 5]);
    expect(progress.at(-1)).toMatchObject(counts);
    expect(progress[1]!.error).toMatchObject({ code: 'STREAM_NOT_FOUND' });
    expect(progress[3]).not.toHaveProperty('error');
    expect((await listed(on)).map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
    expect(await on.messages()).toBe(2);
  });

  it('leaves alone what is given up meanwhile', async () => {
    const on = await stage();
    for (const data of ['a', 'b']) await on.giveUp({ data });
    const failing: Promise<void>[] = [];
    const counts = await on.letters.redriveAll({
      onProgress: () => void failing.push(on.giveUp()),
    });
    await Promise.all(failing);
    expect(counts.redriven).toBe(2);
    expect(await on.letters.count()).toBe(2);
  });

  it('keeps to its rate', async () => {
    const on = await stage();
    for (const data of ['a', 'b', 'c', 'd']) await on.giveUp({ data });
    const begun = performance.now();
    expect((await on.letters.redriveAll({ ratePerSecond: 10 })).redriven).toBe(4);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(290);
    for (const ratePerSecond of [0, -1, NaN, '5', 1e-9] as number[]) {
      expect(await rejection(on.letters.redriveAll({ ratePerSecond }))).toMatchObject({
        code: 'INVALID_OPTIONS',
      });
    }
  });

  it('ends when its signal says so, and tells what it has done', async () => {
    const on = await stage();
    for (const data of ['a', 'b', 'c']) await on.giveUp({ data });
    const stop = new AbortController();
    const counts = await on.letters.redriveAll({
      ratePerSecond: 0.001,
      signal: stop.signal,
      onProgress: () => setImmediate(() => stop.abort()),
    });
    expect(counts).toEqual({ redriven: 1, skipped: 0, failed: 0 });
    const none = await on.letters.redriveAll({ signal: stop.signal });
    expect(none).toEqual({ redriven: 0, skipped: 0, failed: 0 });
    expect(await on.letters.count()).toBe(2);
  });
});

describe('the options', () => {
  it('are checked, all at once', () => {
    const options = { stream: 'a.b', prefix: 'x', jetstream: { apiTimeoutMs: 0 } };
    expect(() => new DeadLetters(options as DeadLettersOptions)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        details: {
          faults: [
            'stream: it contains "." at position 1',
            expect.stringMatching(/^jetstream\.apiTimeoutMs: /),
            'prefix: there is no such option',
          ],
        },
      }),
    );
  });

  it('may name a connection that others use', async () => {
    const on = await stage();
    await on.giveUp();
    const connection = new NatsSharedConnection({ servers: bench.server.url });
    const letters = [new DeadLetters({ connection, stream: on.options.stream })];
    letters.push(new DeadLetters({ connection, stream: on.options.stream }));
    for (const each of letters) {
      bench.own(() => each.close());
      expect(await each.count()).toBe(1);
    }
    await letters[0]!.close();
    expect(await letters[1]!.count()).toBe(1);
  });
});
