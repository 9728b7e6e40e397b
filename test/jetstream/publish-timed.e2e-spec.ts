import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nanos } from '@nats-io/transport-node';
import { type NatsClient, NatsRecordBuilder, type PubAck } from 'nestjs-nats';
import { firstValueFrom } from 'rxjs';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { SERVER_VERSIONS } from '../support/server-versions.js';
import { waitFor } from '../support/wait-for.js';

/** Takes all the options of messages that have to do with time. */
const TIMED = {
  name: 'TIMED',
  subjects: ['timed.>', 'schedules.TIMED.*'],
  allow_msg_ttl: true,
  allow_msg_schedules: true,
};
const subject = 'timed.order.7';

describe('on the newest nats-server', () => {
  const bench = new NatsBench({ jetstream: true, ...SERVER_VERSIONS.newest });
  let stage: JsStage;
  let client: NatsClient;
  beforeAll(() => bench.start());
  beforeEach(async () => {
    stage = await JsStage.open(bench);
    client = bench.client({ streams: [TIMED] });
  });
  afterEach(async () => {
    for await (const { config } of stage.jsm.streams.list()) {
      await stage.jsm.streams.delete(config.name);
    }
    await bench.clear();
  });
  afterAll(() => bench.stop());

  /** Gives the subjects of the stream, with how many messages each has. */
  async function subjects(): Promise<Record<string, number>> {
    const { state } = await stage.jsm.streams.info('TIMED', { subjects_filter: '>' });
    return state.subjects ?? {};
  }

  describe('a message with a time to live', () => {
    it('is there, and gone when that is over', async () => {
      await client.publish(subject, 'short', { ttlMs: 1_000 });
      await client.publish(subject, 'long', { ttlMs: 3_600_000 });
      expect(await subjects()).toEqual({ [subject]: 2 });
      await waitFor(async () => (await subjects())[subject] === 1, { what: 'the end of one' });
      await expect(stage.jsm.streams.getMessage('TIMED', { seq: 2 })).resolves.toBeTruthy();
    });

    it('outlives the stream’s max_age, if it never ends', async () => {
      const aged = { name: 'AGED', subjects: ['aged'], allow_msg_ttl: true, max_age: nanos(1_000) };
      const other = bench.client({ streams: [aged] });
      await other.publish('aged', 'ages');
      const record = new NatsRecordBuilder('stays').ttl('never').build();
      await firstValueFrom(other.emit('aged', record));
      await waitFor(async () => (await stage.jsm.streams.info('AGED')).state.messages === 1, {
        what: 'the end of the other',
      });
      await expect(stage.jsm.streams.getMessage('AGED', { seq: 2 })).resolves.toBeTruthy();
    });

    it('is refused by a stream that does not allow it, in words that help', async () => {
      await stage.stream('NOTTL', ['nottl']);
      const attempt = client.publish('nottl', 1, { stream: 'NOTTL', ttlMs: 1_000 });
      expect(await rejection(attempt)).toMatchObject({
        code: 'JETSTREAM_REFUSED',
        message: expect.stringContaining('Set allow_msg_ttl on the stream') as unknown,
      });
      const declared = bench.client({ streams: [{ name: 'NOTTL', subjects: ['nottl'] }] });
      expect(await rejection(declared.publish('nottl', 1, { ttlMs: 1_000 }))).toMatchObject({
        code: 'INVALID_OPTIONS',
      });
    });
  });

  describe('a delayed message', () => {
    it('comes when it is due and not before, as it was published', async () => {
      const sentAt = Date.now();
      const ack = await client.publish(
        subject,
        { remind: 7 },
        {
          delayMs: 1_200,
          headers: { Tenant: 'acme' },
          msgId: 'remind-7',
        },
      );
      expect(ack).toEqual({ stream: 'TIMED', seq: 1, duplicate: false });
      const [waiting = ''] = Object.keys(await subjects());
      expect(waiting).toMatch(/^schedules\.TIMED\.\w+$/);
      await waitFor(async () => (await subjects())[subject] === 1, { what: 'the message' });
      const message = await stage.jsm.streams.getMessage('TIMED', { last_by_subj: subject });
      expect(message!.time.getTime() - sentAt).toBeGreaterThanOrEqual(1_200);
      expect(message!.json()).toEqual({ remind: 7 });
      expect(message!.header.get('Tenant')).toBe('acme');
      // the schedule has done its work
      expect(await subjects()).toEqual({ [subject]: 1 });
    });

    it('comes at a time, at once if that is over', async () => {
      const record = new NatsRecordBuilder('late').at(new Date(Date.now() - 60_000)).build();
      await firstValueFrom(client.emit<PubAck>(subject, record));
      await waitFor(async () => (await subjects())[subject] === 1, { what: 'the message' });
    });

    it('lives as long as it is told from then on', async () => {
      await client.publish(subject, 1, { delayMs: 300, ttlMs: 1_000 });
      await waitFor(async () => (await subjects())[subject] === 1, { what: 'the message' });
      await waitFor(async () => !(subject in (await subjects())), { what: 'its end' });
    });

    it('is replaced by one of the same name', async () => {
      const record = (data: string, ms: number): unknown =>
        new NatsRecordBuilder(data).delay(ms).scheduleId('remind-7').build();
      await firstValueFrom(client.emit(subject, record('first', 3_600_000)));
      await firstValueFrom(client.emit(subject, record('second', 200)));
      await waitFor(async () => (await subjects())[subject] === 1, { what: 'the message' });
      const message = await stage.jsm.streams.getMessage('TIMED', { last_by_subj: subject });
      expect(message!.json()).toBe('second');
      expect(await subjects()).toEqual({ [subject]: 1 });
    });

    it('is sent once, if it has an id and is published twice', async () => {
      const options = { delayMs: 300, msgId: 'once' };
      await client.publish(subject, 1, options);
      await expect(client.publish(subject, 1, options)).resolves.toMatchObject({ duplicate: true });
      await client.publish(subject, 'last', { delayMs: 600 });
      await waitFor(
        async () => {
          const last = await stage.jsm.streams.getMessage('TIMED', { last_by_subj: subject });
          return last?.json() === 'last';
        },
        { what: 'the last message' },
      );
      expect(await subjects()).toEqual({ [subject]: 2 });
    });

    it('goes to a stream that is named, by the same convention', async () => {
      const { name: _, ...settings } = TIMED;
      await stage.jsm.streams.add({ name: 'TIMED', ...settings });
      await bench.client().publish(subject, 1, { stream: 'TIMED', delayMs: 200 });
      await waitFor(async () => (await subjects())[subject] === 1, { what: 'the message' });
    });

    it('is refused by a stream without schedules, in words that help', async () => {
      await stage.stream('UNTIMED', ['untimed', 'schedules.UNTIMED.*']);
      const attempt = client.publish('untimed', 1, { stream: 'UNTIMED', delayMs: 5 });
      expect(await rejection(attempt)).toMatchObject({
        code: 'JETSTREAM_REFUSED',
        message: expect.stringContaining('Set allow_msg_schedules on the stream') as unknown,
      });
      await stage.stream('NOPLACE', ['noplace'], { allow_msg_schedules: true });
      const homeless = client.publish('noplace', 1, { stream: 'NOPLACE', delayMs: 5 });
      expect(await rejection(homeless)).toMatchObject({
        code: 'STREAM_NOT_FOUND',
        message: expect.stringContaining('"schedules.NOPLACE.') as unknown,
      });
    });
  });
});

describe('on the oldest nats-server', () => {
  const bench = new NatsBench({ jetstream: true, ...SERVER_VERSIONS.oldest });
  beforeAll(() => bench.start());
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  it.each([
    [{ ttlMs: 1_000 }, '2.11'],
    [{ delayMs: 5 }, '2.12'],
    [{ at: new Date() }, '2.12'],
  ])(
    '%p is refused before anything is sent: the server would ignore it',
    async (options, since) => {
      const stage = await JsStage.open(bench);
      await stage.jsm.streams.add({ name: 'OLD', subjects: ['old.>', 'schedules.OLD.*'] });
      bench.own(() => stage.jsm.streams.delete('OLD'));
      const client = bench.client();
      const attempt = client.publish('old.1', 1, { stream: 'OLD', ...options });
      expect(await rejection(attempt)).toMatchObject({
        code: 'SERVER_TOO_OLD',
        message: expect.stringMatching(
          `^Cannot publish on "old.1": .* needs nats-server ${since}, and the server is 2\\.10`,
        ) as unknown,
      });
      await expect(client.publish('old.1', 1, { stream: 'OLD' })).resolves.toMatchObject({
        seq: 1,
      });
    },
  );
});
