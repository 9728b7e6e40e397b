import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { startPostgres } from '../support/postgres.js';
import { type FleetDatabase, SaverFleet } from '../support/saver-fleet.js';
import { waitFor } from '../support/wait-for.js';
import { describeSaver } from './saver-suite.js';

async function database(): Promise<FleetDatabase> {
  const postgres = await startPostgres();
  return { env: { DATABASE_URL: postgres.url }, remove: () => postgres.stop() };
}

describeSaver('PostgreSQL', database);

describe('savers and their database', () => {
  const fleet = new SaverFleet();
  let postgres: Client;

  beforeAll(async () => {
    const made = await database();
    await fleet.start(Promise.resolve(made), ['saver-a', 'saver-b']);
    postgres = new Client({ connectionString: made.env['DATABASE_URL'] });
    await postgres.connect();
  }, 60_000);

  afterAll(async () => {
    await postgres.end();
    await fleet.remove();
  });

  const publish = (count: number, eventName: string): void => {
    for (let index = 0; index < count; index++) {
      fleet.publishEvent({ msgId: `${eventName}-${index}`, eventName, reportData: '{}' });
    }
  };
  const allStored = () =>
    waitFor(async () => (await fleet.held('REPORTS')) === 0, { what: 'an empty stream' });

  it('S3: store 1000 reports in a few tens of transactions', async () => {
    publish(1000, 'many');
    await fleet.nats.flush();
    await allStored();
    // every row knows the transaction that made it
    const { rows } = await postgres.query<{ stored: string; transactions: string }>(
      'SELECT COUNT(*) AS stored, COUNT(DISTINCT xmin::text) AS transactions FROM realtime_warehousing',
    );
    expect(Number(rows[0]!.stored)).toBe(1000);
    expect(Number(rows[0]!.transactions)).toBeLessThanOrEqual(60);
  });

  it('keep reports in the stream while the database refuses them', async () => {
    const { total } = await fleet.stats();
    await postgres.query('ALTER TABLE realtime_warehousing RENAME TO away');
    publish(50, 'patient');
    await fleet.nats.flush();
    const refused = () => fleet.savers.every(({ output }) => output.includes('does not exist'));
    await waitFor(refused, { what: 'both savers to be refused' });
    expect(await fleet.held('REPORTS')).toBe(50);
    await postgres.query('ALTER TABLE away RENAME TO realtime_warehousing');
    await allStored();
    expect((await fleet.stats()).total).toBe(total + 50);
  });
});
