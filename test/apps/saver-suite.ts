import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FleetDatabase, type Row, SaverFleet } from '../support/saver-fleet.js';
import { waitFor } from '../support/wait-for.js';

const REPLICAS = ['saver-a', 'saver-b', 'saver-c'];

/** What the savers do, on whichever database. */
export function describeSaver(name: string, makeDatabase: () => Promise<FleetDatabase>): void {
  describe(`saver on ${name}`, () => {
    const fleet = new SaverFleet();

    beforeAll(() => fleet.start(makeDatabase(), REPLICAS), 60_000);

    afterAll(() => fleet.remove());

    it('migrates an empty database once when replicas boot together', async () => {
      expect(await fleet.stats()).toMatchObject({ total: 0, failed: 0, byReplica: {} });
      for (const saver of fleet.savers) {
        const response = await fetch(`${await saver.url()}/readyz`);
        expect(response.status).toBe(200);
      }
    });

    it('stores 300 reports once each, shared between the replicas', async () => {
      const ids = Array.from({ length: 300 }, (_, index) => `share-${index}`);
      for (const msgId of ids) fleet.publishEvent({ msgId, eventName: 'share', reportData: '{}' });
      await waitFor(async () => (await fleet.stats()).total >= 300, { what: '300 rows' });
      const { total, byReplica } = await fleet.stats();
      expect(total).toBe(300);
      expect(new Set(Object.keys(byReplica))).toEqual(new Set(REPLICAS));
      const found = await Promise.all(
        [0, 100, 200].map((from) => fleet.find(ids.slice(from, from + 100))),
      );
      expect(found.flat()).toHaveLength(300);
      expect(new Set(found.flat().map((row) => row['msgId'])).size).toBe(300);
    });

    it('keeps every field of an event', async () => {
      const event = {
        msgId: 'event-1',
        eventName: 'café ☕',
        reportData: '{"a":"ü"}',
        createTime: '2026-01-02T03:04:05.678Z',
      };
      const row = await fleet.newRow('realtime_warehousing', () => fleet.publishEvent(event));
      expect(row).toMatchObject({
        ...event,
        receivedAt: expect.stringMatching(/Z$/),
        savedBy: expect.stringMatching(/^saver-[abc]$/),
      });
    });

    it('keeps every field of a report about a user', async () => {
      const report = {
        msgId: 'user-1',
        dataName: 'profile',
        reportType: 'reportUser',
        reportData: '{}',
        errorReason: 'none',
        errorHandling: 'none',
        status: 1,
        partEvent: 'profile',
        partDate: '2026-01-02',
      };
      const row = await fleet.newRow('acceptance_status', () => fleet.publishUser(report));
      expect(row).toMatchObject(report);
    });

    it('reads snake_case', async () => {
      const event = await fleet.newRow('realtime_warehousing', () =>
        fleet.publishEvent({
          msg_id: 'snake-1',
          event_name: 'snake',
          report_data: '[]',
          create_time: '2026-01-02 03:04:05',
        }),
      );
      expect(event).toMatchObject({
        msgId: 'snake-1',
        eventName: 'snake',
        createTime: '2026-01-02T03:04:05.000Z',
      });
      const user = await fleet.newRow('acceptance_status', () =>
        fleet.publishUser({ data_name: 'snake', report_type: 'reportUser', report_data: '{}' }),
      );
      expect(user).toMatchObject({ dataName: 'snake', partEvent: 'snake', status: 1 });
    });

    it('keeps an event whose content is not JSON in acceptance_status, with the reason', async () => {
      const createTime = '2026-01-02T03:04:05Z';
      const row = await fleet.newRow('acceptance_status', () =>
        fleet.publishEvent({ msgId: 'bad-1', eventName: 'click', reportData: 'a=1', createTime }),
      );
      expect(row).toMatchObject({
        msgId: 'bad-1',
        dataName: 'click',
        reportType: 'reportEvent',
        reportData: 'a=1',
        status: 0,
        errorReason: expect.stringMatching(/^content is not JSON: /),
        errorHandling: expect.stringMatching(/not warehoused/),
        partEvent: 'click',
        partDate: '2026-01-02',
      });
    });

    const event = { eventName: 'e', reportData: '{}' };
    it.each<[string, unknown, RegExp]>([
      ['null', null, /expected object/],
      ['a number', 7, /expected object/],
      ['a list', [1, 2], /expected object/],
      ['an object without fields', {}, /eventName: .*reportData: /],
      ['a field of the wrong type', { ...event, eventName: 1 }, /eventName: /],
      ['a time that is none', { ...event, createTime: 'soon' }, /createTime: /],
      ['an id that is too long', { ...event, msgId: 'x'.repeat(200) }, /msgId: /],
      ['what PostgreSQL cannot keep', { ...event, reportData: 'a\0b' }, /not JSON/],
    ])('keeps %s as a failed report', async (_, payload, reason) => {
      const row = await fleet.newRow('acceptance_status', () => fleet.publishEvent(payload));
      expect(row).toMatchObject({ status: 0, errorReason: expect.stringMatching(reason) });
    });

    it('outlives bytes that are not JSON', async () => {
      fleet.nats.publish('logger.report.event', Buffer.from('{"eventName":'));
      fleet.nats.publish('logger.report.user', Buffer.from([0xff, 0xfe, 0x00]));
      const row = await fleet.newRow('realtime_warehousing', () => fleet.publishEvent(event));
      expect(row).toMatchObject(event);
      // they are kept for whoever wants to know what they were
      await waitFor(async () => (await fleet.held('DEAD_LETTERS')) === 2, { what: 'dead letters' });
    });

    it.each<[string, string, unknown, RegExp]>([
      ['an unknown table', 'latest', { table: 'users' }, /table: /],
      ['too many rows', 'latest', { table: 'acceptance_status', limit: 101 }, /limit: /],
      ['no rows', 'latest', { table: 'acceptance_status', limit: 0 }, /limit: /],
      ['no object', 'latest', "'; DROP TABLE acceptance_status", /expected object/],
      ['events of a status', 'latest', { table: 'realtime_warehousing', status: 0 }, /status: /],
      ['too many minutes', 'minutes', { minutes: 181 }, /minutes: /],
      ['no ids', 'find', { msgIds: [] }, /msgIds: /],
      ['too many ids', 'find', { msgIds: Array.from({ length: 101 }, String) }, /msgIds: /],
    ])('refuses a query for %s', async (_, query, payload, reason) => {
      const { answer, errorCode } = await fleet.ask(query, payload);
      expect(errorCode).toBe('400');
      expect(answer).toMatchObject({
        code: 'BAD_REQUEST',
        message: expect.stringMatching(reason),
      });
    });

    it('counts rows per table and replica', async () => {
      const counted = await fleet.stats();
      expect(counted.realtimeWarehousing + counted.acceptanceStatus).toBe(counted.total);
      const rows = Object.values(counted.byReplica).reduce((sum, count) => sum + count, 0);
      expect(rows).toBe(counted.total);
      expect(counted.failed).toBeLessThan(counted.acceptanceStatus);
      expect(counted.failed).toBeGreaterThan(0);
    });

    it('counts what the stream received, and every message of it once', async () => {
      await waitFor(async () => (await fleet.held('REPORTS')) === 0, { what: 'an empty stream' });
      const { received, waiting, total, deadLetters } = await fleet.stats();
      expect({ waiting, received }).toEqual({
        waiting: 0,
        received: (await fleet.jsm.streams.info('REPORTS')).state.last_seq,
      });
      expect(deadLetters).toBe(await fleet.held('DEAD_LETTERS'));
      // what was sent twice is stored once
      expect(received).toBeGreaterThanOrEqual(total + deadLetters);
    });

    it('N5: answers from every replica when asked who is there', async () => {
      const answers = await fleet.askAll<Row>('replicas', fleet.savers.length);
      expect(new Set(answers.map(({ replica }) => replica))).toEqual(new Set(REPLICAS));
      const stored = answers.reduce((sum, answer) => sum + Number(answer['stored']), 0);
      expect(stored).toBeGreaterThanOrEqual((await fleet.stats()).total);
      for (const { since } of answers) expect(Date.parse(String(since))).toBeLessThan(Date.now());
    });

    it('counts events by the minute in which they happened, and failures', async () => {
      const minutes = async () =>
        (await fleet.ask<Row[]>('minutes', { minutes: 60 })).answer.map(({ events, failed }) => ({
          events: Number(events),
          failed: Number(failed),
        }));
      const sum = (list: { events: number; failed: number }[]) =>
        list.reduce((all, one) => ({
          events: all.events + one.events,
          failed: all.failed + one.failed,
        }));
      const before = await minutes();
      expect(before).toHaveLength(60);
      const createTime = new Date(Date.now() - 30 * 60_000).toISOString();
      fleet.publishEvent({ msgId: 'then', eventName: 'then', reportData: '{}', createTime });
      fleet.publishEvent({ msgId: 'bad', eventName: 'bad', reportData: 'no JSON', createTime });
      await waitFor(async () => (await fleet.find(['then', 'bad'])).length === 2, {
        what: 'both rows',
      });
      const after = await minutes();
      expect(sum(after)).toEqual({
        events: sum(before).events + 1,
        failed: sum(before).failed + 1,
      });
      // a minute may have passed since
      const past = after.slice(28, 31).reduce((all, { events }) => all + events, 0);
      expect(past).toBe(1);
      expect(after.at(-1)!.failed + after.at(-2)!.failed).toBeGreaterThan(0);
    });

    it('gives the newest rows of one status', async () => {
      const latest = { table: 'acceptance_status', limit: 100, status: 0 };
      const { answer } = await fleet.ask<Row[]>('latest', latest);
      expect(answer).toHaveLength((await fleet.stats()).failed);
      expect(new Set(answer.map(({ status }) => status))).toEqual(new Set([0]));
    });

    it('loses nothing when a replica is told to stop under load', async () => {
      const before = await fleet.stats();
      const leaver = fleet.savers.pop()!;
      let left: Promise<unknown> | undefined;
      for (let index = 0; index < 400; index++) {
        fleet.publishEvent({ ...event, msgId: `stop-${index}` });
        if (index === 200) left = leaver.stop();
        if (index % 20 === 0) await fleet.nats.flush();
      }
      expect(await left).toBe(0);
      const stored = async () => (await fleet.stats()).total - before.total;
      await waitFor(async () => (await stored()) >= 400, { what: '400 rows' });
      expect(await stored()).toBe(400);
    });

    it('U9: loses nothing, and stores nothing twice, when a replica is killed under load', async () => {
      const before = await fleet.stats();
      const victim = fleet.savers.pop()!;
      let killed: Promise<unknown> | undefined;
      for (let index = 0; index < 400; index++) {
        fleet.publishEvent({ ...event, msgId: `kill-${index}` });
        if (index === 200) killed = victim.stop('SIGKILL');
        if (index % 20 === 0) await fleet.nats.flush();
      }
      expect(await killed).toBe('SIGKILL');
      await waitFor(async () => (await fleet.held('REPORTS')) === 0, { what: 'an empty stream' });
      expect((await fleet.stats()).total - before.total).toBe(400);
    });

    it('S1: leaves reports in the stream until a replica has stored them', async () => {
      const { total } = await fleet.stats();
      await fleet.stopAll();
      fleet.publishEvent(event);
      await fleet.nats.flush();
      await waitFor(async () => (await fleet.held('REPORTS')) === 1, { what: 'the report' });
      await Promise.all(['saver-d', 'saver-e'].map((replica) => fleet.add(replica)));
      await waitFor(async () => (await fleet.held('REPORTS')) === 0, { what: 'an empty stream' });
      expect((await fleet.stats()).total).toBe(total + 1);
    });

    it('stores a report once, however often it arrives, and keeps it for the next replica', async () => {
      const report = { ...event, msgId: 'twenty-times' };
      const { total } = await fleet.stats();
      for (let time = 0; time < 20; time++) fleet.publishEvent(report);
      await fleet.nats.flush();
      expect(await fleet.stopAll()).toEqual([0, 0]);
      await fleet.add('saver-late');
      await waitFor(async () => (await fleet.held('REPORTS')) === 0, { what: 'an empty stream' });
      expect(await fleet.find([report.msgId])).toHaveLength(1);
      expect((await fleet.stats()).total).toBe(total + 1);
    });
  });
}
