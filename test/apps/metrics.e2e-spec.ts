import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NatsClient } from 'nestjs-nats';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { AppProcess } from '../support/app-process.js';
import { Cleanup } from '../support/cleanup.js';
import { askedBy } from '../support/prometheus-names.js';
import { tempDir } from '../support/temp-dir.js';
import { waitFor } from '../support/wait-for.js';

const DASHBOARD = join(import.meta.dirname, '../../deploy/grafana/nestjs-nats.json');

/** Every name that a panel of the dashboard asks Prometheus for. */
function askedByPanels(): RegExp[] {
  const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as {
    panels: readonly { targets?: readonly { expr: string }[] }[];
  };
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  return queries.flatMap((query) => askedBy(query).metrics);
}

/** The value of a time series, of which the labels that are named are looked at. */
function valueIn(page: string, name: string, labels: Readonly<Record<string, string>>): number {
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  const line = page
    .split('\n')
    .find((each) => each.startsWith(`${name}{`) && wanted.every((label) => each.includes(label)));
  return Number(line?.split(' ').at(-1));
}

describe('the metrics of a saver', () => {
  const cleanup = new Cleanup();
  let server: NatsTestServer;
  let client: NatsClient;
  let url: string;
  let start: (env: NodeJS.ProcessEnv) => AppProcess;

  beforeAll(async () => {
    server = cleanup.add(await startNatsServer(), (started) => started.stop());
    const folder = cleanup.add(await tempDir(), (made) => made.remove());
    client = cleanup.add(new NatsClient({ servers: server.url }), (made) => made.close());
    const file = { SAVER_PORT: '0', SAVER_DATABASE_FILE: folder.file('saver.sqlite') };
    start = (env) => {
      const saver = new AppProcess('saver', { NATS_SERVERS: server.url, ...file, ...env });
      return cleanup.add(saver, (started) => started.stop());
    };
    url = await start({ SAVER_NAME: 'saver-a', OTEL_METRICS_EXPORTER: 'prometheus' }).url();
    for (let index = 0; index < 3; index++) {
      const report = { eventName: 'view', reportData: '{}' };
      await client.publish('logger.report.event', report);
    }
    await client.request('report.query.stats', {});
  });

  afterAll(() => cleanup.run());

  const page = async (): Promise<string> => {
    const answer = await fetch(`${url}/metrics`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    return answer.text();
  };

  it('are on a page for Prometheus: what was done with reports and questions', async () => {
    const reports = {
      messaging_consumer_group_name: 'logger-saver',
      nestjs_nats_stream: 'REPORTS',
      nestjs_nats_outcome: 'ack',
    };
    const handled = 'nestjs_nats_handled_messages_total';
    await waitFor(async () => valueIn(await page(), handled, reports) === 3, {
      what: 'three reports to be counted',
    });
    const now = await page();
    const question = { messaging_destination_template: 'report.query.stats' };
    expect(valueIn(now, handled, question)).toBe(1);
    expect(valueIn(now, 'messaging_process_duration_seconds_count', question)).toBe(1);
    const connection = { nestjs_nats_connection_name: 'saver-a' };
    expect(valueIn(now, 'nestjs_nats_connection_up', connection)).toBe(1);
  });

  it.each([
    'nestjs_nats_connection_up',
    'nestjs_nats_consumer_lag',
    'nestjs_nats_consumer_unacknowledged',
    'nestjs_nats_handled_messages_total',
    'nestjs_nats_handler_in_flight',
    'nestjs_nats_handler_pending',
    'messaging_client_consumed_messages_total',
    'messaging_process_duration_seconds_bucket',
  ])('give the dashboard of Grafana %s', async (name) => {
    expect(await page()).toMatch(new RegExp(`^${name}\\{`, 'm'));
    expect(askedByPanels().some((asked) => asked.test(name))).toBe(true);
  });

  it('say that the connection is down while it is', async () => {
    const up = async (): Promise<number> =>
      valueIn(await page(), 'nestjs_nats_connection_up', {
        nestjs_nats_connection_name: 'saver-a',
      });
    await server.kill();
    await waitFor(async () => (await up()) === 0, { what: 'the connection to be down' });
    await server.restart();
    await waitFor(async () => (await up()) === 1, { what: 'the connection to be back' });
  });

  it('are not there unless they are wanted', async () => {
    const quiet = await start({ SAVER_NAME: 'saver-b' }).url();
    expect((await fetch(`${quiet}/metrics`)).status).toBe(404);
  });
});
