import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from 'app-kit/database/open-database';
import type { DataSource } from 'typeorm';
import { readSaverConfig } from '../config/saver.config.js';
import { SCHEMA } from '../database/schema.js';
import { readEvent } from './read-event.js';
import { ReportRepository } from './report.repository.js';

describe('the reports of a database', () => {
  let folder: string;
  let database: DataSource;
  let reports: ReportRepository;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reports-'));
    const config = readSaverConfig({ SAVER_DATABASE_FILE: join(folder, 'saver.sqlite') });
    database = await openDatabase(config.database, SCHEMA);
    reports = new ReportRepository(database, config);
  });

  afterAll(async () => {
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  const store = (msgId: string, receivedAt: string): Promise<void> =>
    reports.store([
      readEvent(
        { msgId, eventName: 'view', reportData: '{}', createTime: '2026-01-01 00:00:00' },
        { receivedAt: new Date(receivedAt), fallbackId: '' },
      ),
    ]);

  it('are given by when they were received, also those of a replica that was killed meanwhile', async () => {
    await store('second', '2026-11-25T04:56:09.000Z');
    await store('first, come again', '2026-11-25T04:56:08.000Z');
    await store('third', '2026-11-25T04:56:10.000Z');
    await store('third, too', '2026-11-25T04:56:10.000Z');
    const latest = await reports.latest('realtime_warehousing', 3);
    expect(latest.map(({ msgId }) => msgId)).toEqual(['third, too', 'third', 'second']);
  });
});
