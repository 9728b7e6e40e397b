import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JSONCodec, type NatsConnection, StringCodec, connect } from 'nats';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { AppProcess } from '../support/app-process.js';
import { Cleanup } from '../support/cleanup.js';
import { waitFor } from '../support/wait-for.js';

/** The replicas of the suite; they boot at the same moment on an empty database. */
const REPLICAS = ['saver-a', 'saver-b', 'saver-c'];

interface Stats {
  replica: string;
  total: number;
  realtimeWarehousing: number;
  acceptanceStatus: number;
  failed: number;
  byReplica: Record<string, number>;
}

type Row = Record<string, unknown>;

/** A database for the suite: what the saver needs to know of it, and how to remove it. */
export interface SuiteDatabase {
  env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/** What the saver does, on whichever database. A plain NATS client is its only partner. */
export function describeSaver(name: string, makeDatabase: () => Promise<SuiteDatabase>): void {
  describe(`saver on ${name}`, () => {
    const json = JSONCodec();
    const cleanup = new Cleanup();
    let database: SuiteDatabase;
    let server: NatsTestServer;
    let savers: AppProcess[];
    let nats: NatsConnection;

    const start = (replica: string) => {
      const env = {
        ...database.env,
        NATS_SERVERS: server.url,
        SAVER_NAME: replica,
        SAVER_PORT: '0',
      };
      // every replica ends in order, whatever the test was about
      return cleanup.add(new AppProcess('saver', env), async (saver) =>
        expect(await saver.stop()).toBe(0),
      );
    };
    const ready = () => Promise.all(savers.map((saver) => saver.url()));

    beforeAll(async () => {
      database = cleanup.add(await makeDatabase(), (made) => made.remove());
      server = cleanup.add(await startNatsServer({ jetstream: false }), (started) =>
        started.stop(),
      );
      nats = cleanup.add(await connect({ servers: server.url }), (made) => made.close());
      savers = REPLICAS.map(start);
      await ready();
    }, 60_000);

    afterAll(() => cleanup.run());

    const ask = async <T>(query: string, payload: unknown = {}): Promise<T> => {
      const reply = await nats.request(`report.query.${query}`, json.encode(payload), {
        timeout: 5000,
      });
      expect(reply.headers?.get('Nats-Service-Error') ?? '').toBe('');
      return json.decode(reply.data) as T;
    };
    const stats = () => ask<Stats>('stats');
    const publishEvent = (payload: unknown) =>
      nats.publish('logger.report.event', json.encode(payload));
    const publishUser = (payload: unknown) =>
      nats.publish('logger.report.user', json.encode(payload));
    /** Resolves to the newest row of a table once it holds more rows than before `act`. */
    const newRow = async (
      table: 'realtime_warehousing' | 'acceptance_status',
      act: () => void,
    ): Promise<Row> => {
      const count = async () =>
        (await stats())[table === 'acceptance_status' ? 'acceptanceStatus' : 'realtimeWarehousing'];
      const before = await count();
      act();
      await waitFor(async () => (await count()) > before, { what: `a row in ${table}` });
      const [row] = await ask<Row[]>('latest', { table, limit: 1 });
      return row!;
    };

    it('migrates an empty database once when replicas boot together', async () => {
      expect(await stats()).toMatchObject({ total: 0, failed: 0, byReplica: {} });
      for (const saver of savers) {
        const response = await fetch(`${await saver.url()}/readyz`);
        expect(response.status).toBe(200);
      }
    });

    it('stores 300 reports once each, shared between the replicas', async () => {
      const before = await stats();
      const ids = Array.from({ length: 300 }, (_, index) => `share-${index}`);
      for (const msgId of ids) publishEvent({ msgId, eventName: 'share', reportData: '{}' });
      await waitFor(async () => (await stats()).total >= before.total + ids.length, {
        what: '300 rows',
      });
      const after = await stats();
      expect(after.total).toBe(before.total + 300);
      expect(Object.keys(after.byReplica).toSorted()).toEqual(REPLICAS);
      const found = await Promise.all(
        [0, 100, 200].map((from) => ask<Row[]>('find', { msgIds: ids.slice(from, from + 100) })),
      );
      expect(new Set(found.flat().map((row) => row['msgId'])).size).toBe(300);
      expect(found.flat()).toHaveLength(300);
    });

    it('stores a report once, however often it arrives', async () => {
      const report = { msgId: 'twice', eventName: 'again', reportData: '1' };
      await newRow('realtime_warehousing', () => publishEvent(report));
      const before = await stats();
      for (let time = 0; time < 20; time++) publishEvent(report);
      // a replica that is told to stop first handles what it has received
      await Promise.all(savers.map((saver) => saver.stop()));
      savers = REPLICAS.map(start);
      await ready();
      expect((await stats()).total).toBe(before.total);
    });

    it('keeps every field of an event', async () => {
      const row = await newRow('realtime_warehousing', () =>
        publishEvent({
          msgId: 'event-1',
          eventName: 'café ☕',
          reportData: '{"a":"ü"}',
          createTime: '2026-01-02T03:04:05.678Z',
        }),
      );
      expect(row).toMatchObject({
        msgId: 'event-1',
        eventName: 'café ☕',
        reportData: '{"a":"ü"}',
        createTime: '2026-01-02T03:04:05.678Z',
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
      expect(await newRow('acceptance_status', () => publishUser(report))).toMatchObject(report);
    });

    it('reads snake_case', async () => {
      const event = await newRow('realtime_warehousing', () =>
        publishEvent({
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
      const user = await newRow('acceptance_status', () =>
        publishUser({
          data_name: 'snake',
          report_type: 'reportUser',
          report_data: '{}',
          part_date: '2026-01-02',
        }),
      );
      expect(user).toMatchObject({
        dataName: 'snake',
        partEvent: 'snake',
        partDate: '2026-01-02',
        status: 1,
      });
    });

    it('puts an event whose content is not JSON into acceptance_status, with the reason', async () => {
      const row = await newRow('acceptance_status', () =>
        publishEvent({
          msgId: 'broken-1',
          eventName: 'click',
          reportData: 'a=1',
          createTime: '2026-01-02T03:04:05Z',
        }),
      );
      expect(row).toMatchObject({
        msgId: 'broken-1',
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

    it.each<[string, unknown, RegExp]>([
      ['null', null, /expected object/],
      ['a number', 7, /expected object/],
      ['a list', [1, 2], /expected object/],
      ['an object without fields', {}, /eventName: .*reportData: /],
      ['a field of the wrong type', { eventName: 1, reportData: '{}' }, /eventName: /],
      [
        'a time that is none',
        { eventName: 'e', reportData: '{}', createTime: 'soon' },
        /createTime: /,
      ],
      [
        'an id that is too long',
        { msgId: 'x'.repeat(200), eventName: 'e', reportData: '{}' },
        /msgId: /,
      ],
      [
        'a character that PostgreSQL cannot keep',
        { eventName: 'e', reportData: 'a\0b' },
        /not JSON/,
      ],
    ])('keeps %s as a failed report', async (_, payload, reason) => {
      const row = await newRow('acceptance_status', () => publishEvent(payload));
      expect(row).toMatchObject({ status: 0, errorReason: expect.stringMatching(reason) });
    });

    it('outlives bytes that are not JSON', async () => {
      nats.publish('logger.report.event', StringCodec().encode('{"eventName":'));
      nats.publish('logger.report.user', new Uint8Array([0xff, 0xfe, 0x00]));
      nats.publish('logger.report.user');
      const row = await newRow('realtime_warehousing', () =>
        publishEvent({ eventName: 'after', reportData: '{}' }),
      );
      expect(row).toMatchObject({ eventName: 'after' });
    });

    it.each<[string, string, unknown, RegExp]>([
      ['an unknown table', 'latest', { table: 'users' }, /table: /],
      ['too many rows', 'latest', { table: 'acceptance_status', limit: 101 }, /limit: /],
      ['no rows', 'latest', { table: 'acceptance_status', limit: 0 }, /limit: /],
      ['no object', 'latest', "'; DROP TABLE acceptance_status", /expected object/],
      ['no ids', 'find', { msgIds: [] }, /msgIds: /],
      ['too many ids', 'find', { msgIds: Array.from({ length: 101 }, String) }, /msgIds: /],
    ])('refuses a query for %s', async (_, query, payload, reason) => {
      const reply = await nats.request(`report.query.${query}`, json.encode(payload));
      expect(reply.headers?.get('Nats-Service-Error-Code')).toBe('400');
      expect(json.decode(reply.data)).toMatchObject({
        code: 'BAD_REQUEST',
        message: expect.stringMatching(reason),
      });
    });

    it('loses nothing when a replica is told to stop under load', async () => {
      const before = await stats();
      const leaver = savers.pop()!;
      let left: Promise<unknown> | undefined;
      for (let index = 0; index < 400; index++) {
        publishEvent({ msgId: `stop-${index}`, eventName: 'stop', reportData: '{}' });
        if (index === 200) left = leaver.stop();
        if (index % 20 === 0) await nats.flush();
      }
      expect(await left).toBe(0);
      await waitFor(async () => (await stats()).total === before.total + 400, { what: '400 rows' });
    });

    it('counts rows per table and replica', async () => {
      const { total, realtimeWarehousing, acceptanceStatus, byReplica, failed } = await stats();
      expect(realtimeWarehousing + acceptanceStatus).toBe(total);
      expect(Object.values(byReplica).reduce((sum, rows) => sum + rows, 0)).toBe(total);
      expect(failed).toBeLessThan(acceptanceStatus);
      expect(failed).toBeGreaterThan(0);
    });

    it('starts on a database that is there already', async () => {
      const saver = start('saver-late');
      savers.push(saver);
      await saver.url();
      expect((await stats()).total).toBeGreaterThan(0);
    });
  });
}
