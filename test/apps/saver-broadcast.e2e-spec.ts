import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JSONCodec, type NatsConnection, RequestStrategy, connect } from 'nats';
import { startNatsServer } from 'nestjs-nats/testing';
import { AppProcess } from '../support/app-process.js';
import { Cleanup } from '../support/cleanup.js';
import { tempDir } from '../support/temp-dir.js';
import { waitFor } from '../support/wait-for.js';

const REPLICAS = ['saver-a', 'saver-b'];
const REPORTS = 50;

describe('savers without a queue group', () => {
  const json = JSONCodec<{ replica: string; total: number }>();
  const cleanup = new Cleanup();
  let nats: NatsConnection;

  beforeAll(async () => {
    const dir = cleanup.add(await tempDir(), (made) => made.remove());
    const server = cleanup.add(await startNatsServer({ jetstream: false }), (started) =>
      started.stop(),
    );
    nats = cleanup.add(await connect({ servers: server.url }), (made) => made.close());
    const savers = REPLICAS.map((name) =>
      cleanup.add(
        new AppProcess('saver', {
          NATS_SERVERS: server.url,
          SAVER_NAME: name,
          SAVER_PORT: '0',
          SAVER_QUEUE: '',
          // one database would keep each report once, whoever brings it
          SAVER_DATABASE_FILE: dir.file(`${name}.sqlite`),
        }),
        (started) => started.stop(),
      ),
    );
    await Promise.all(savers.map((saver) => saver.url()));
  });

  afterAll(() => cleanup.run());

  /** Every replica answers a query, since none is in a group. */
  const totals = async (): Promise<Record<string, number>> => {
    const answers: Record<string, number> = {};
    const replies = await nats.requestMany('report.query.stats', '{}', {
      maxMessages: REPLICAS.length,
      maxWait: 5000,
      strategy: RequestStrategy.Count,
    });
    for await (const reply of replies) {
      if (reply instanceof Error) throw reply;
      const { replica, total } = json.decode(reply.data);
      answers[replica] = total;
    }
    return answers;
  };

  it('each store every report', async () => {
    for (let index = 0; index < REPORTS; index++) {
      nats.publish('logger.report.event', JSON.stringify({ eventName: 'all', reportData: '{}' }));
    }
    const stored = async () => Object.values(await totals()).every((total) => total === REPORTS);
    await waitFor(stored, { what: 'every replica to store every report' });
    expect(await totals()).toEqual({ 'saver-a': REPORTS, 'saver-b': REPORTS });
  });
});
