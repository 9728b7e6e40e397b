import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNatsServer } from 'nestjs-nats/testing';
import { connect, JSONCodec, type NatsConnection } from 'nats';
import { AppProcess } from '../support/app-process.js';
import { Cleanup } from '../support/cleanup.js';
import { EventStreamClient } from '../support/event-stream.js';
import { postReport, REPORT } from '../support/report-client.js';
import { ORDER, ShopStage } from '../support/shop-stage.js';
import { tempDir } from '../support/temp-dir.js';
import { waitFor } from '../support/wait-for.js';

const REPORT_TRACE = '0af7651916cd43dd8448eb211c80319c';
const PAGE_TRACE = '1af7651916cd43dd8448eb211c80319c';
const LIVE_TRACE = '4af7651916cd43dd8448eb211c80319c';
const SERIAL_TRACE = '2af7651916cd43dd8448eb211c80319c';
const ASYNC_TRACE = '3af7651916cd43dd8448eb211c80319c';
const STEPS = ['points', 'coupon', 'notification'];
const CALLER = 'b7ad6b7169203331';

const headersOf = (trace: string): Record<string, string> => ({
  'content-type': 'application/json',
  traceparent: `00-${trace}-${CALLER}-01`,
});

/** A span as an app prints it. */
interface PrintedSpan {
  readonly span: string;
  readonly kind: string;
  readonly service: string;
  readonly trace: string;
  readonly id: string;
  readonly parent?: string;
  readonly links: readonly string[];
}

function spansIn({ output }: AppProcess): PrintedSpan[] {
  // what follows the last line break may still grow
  const lines = output.split('\n').slice(0, -1);
  return lines
    .filter((line) => line.startsWith('{"span":'))
    .map((line) => JSON.parse(line) as PrintedSpan);
}

/** Waits until several apps have printed so many spans of a trace. */
async function traced(
  trace: string,
  apps: readonly AppProcess[],
  isAll: (spans: readonly PrintedSpan[]) => boolean,
): Promise<PrintedSpan[]> {
  const spans = (): PrintedSpan[] => apps.flatMap(spansIn).filter((span) => span.trace === trace);
  await waitFor(() => isAll(spans()), {
    what: () => `all spans; the apps wrote\n${apps.map(({ output }) => output).join('\n')}`,
  });
  return spans();
}

const named = (spans: readonly PrintedSpan[], name: string): PrintedSpan[] =>
  spans.filter(({ span }) => span === name);

/** Waits until an app hears of NATS. */
const ready = (url: string): Promise<void> =>
  waitFor(async () => (await fetch(`${url}/readyz`)).ok, { what: `${url} to be ready` });

describe('a report that is traced', () => {
  const cleanup = new Cleanup();
  let agent: AppProcess;
  let saver: AppProcess;
  let dashboard: AppProcess;
  let nats: NatsConnection;

  beforeAll(async () => {
    const server = cleanup.add(await startNatsServer(), (started) => started.stop());
    const folder = cleanup.add(await tempDir(), (made) => made.remove());
    nats = cleanup.add(await connect({ servers: server.url }), (made) => made.close());
    const env = { NATS_SERVERS: server.url, OTEL_TRACES_EXPORTER: 'console' };
    const start = (app: 'agent' | 'saver' | 'dashboard', own: NodeJS.ProcessEnv): AppProcess =>
      cleanup.add(new AppProcess(app, { ...env, ...own }), (started) => started.stop());
    agent = start('agent', { PORT: '0' });
    saver = start('saver', { SAVER_PORT: '0', SAVER_DATABASE_FILE: folder.file('saver.sqlite') });
    dashboard = start('dashboard', { PORT: '0' });
    await Promise.all([agent.url(), saver.url(), dashboard.url()]);
  });

  afterAll(() => cleanup.run());

  it('U4: is one trace, from its HTTP request to its row', async () => {
    const { msgId } = await postReport(await agent.url(), REPORT, headersOf(REPORT_TRACE));
    const spans = await traced(REPORT_TRACE, [agent, saver], ({ length }) => length === 3);
    const [request] = named(spans, 'POST /agent/v1/report');
    const [publish] = named(spans, 'publish logger.report.>');
    const [stored] = named(spans, 'process logger.report.event');
    expect(request).toMatchObject({ service: 'agent', kind: 'SERVER', parent: CALLER });
    expect(publish).toMatchObject({ service: 'agent', kind: 'PRODUCER', parent: request!.id });
    expect(stored).toMatchObject({ service: 'saver', kind: 'CONSUMER', parent: publish!.id });
    // the handling ends when the row is there
    const json = JSONCodec();
    const reply = await nats.request('report.query.find', json.encode({ msgIds: [msgId] }));
    expect(json.decode(reply.data)).toEqual([
      expect.objectContaining({ msgId, table: 'realtime_warehousing' }),
    ]);
  });

  it('U4: is asked for in one trace, from the page to the saver that answers', async () => {
    const url = await dashboard.url();
    await ready(url);
    const answer = await fetch(`${url}/dashboard/v1/snapshot`, { headers: headersOf(PAGE_TRACE) });
    expect(await answer.json()).toMatchObject({ saver: 'answering' });
    // the request over HTTP, and five questions with their answers
    const spans = await traced(PAGE_TRACE, [dashboard, saver], ({ length }) => length === 11);
    const [http] = named(spans, 'GET /dashboard/v1/snapshot');
    expect(http).toMatchObject({ service: 'dashboard', kind: 'SERVER', parent: CALLER });
    const [question] = named(spans, 'request report.query.stats');
    expect(question).toMatchObject({ service: 'dashboard', kind: 'CLIENT', parent: http!.id });
    const [handled] = named(spans, 'process report.query.stats');
    expect(handled).toMatchObject({ service: 'saver', kind: 'SERVER', parent: question!.id });
  });

  it('leaves out of a watcher’s trace what is asked for all who watch', async () => {
    const url = await dashboard.url();
    await ready(url);
    const live = await EventStreamClient.open(`${url}/dashboard/v1/live`, headersOf(LIVE_TRACE));
    await waitFor(() => live.of('snapshot').length > 1, { what: 'two snapshots' });
    await live.close();
    const spans = await traced(LIVE_TRACE, [dashboard, saver], ({ length }) => length > 0);
    expect(spans.map(({ span }) => span)).toEqual(['GET /dashboard/v1/live']);
  });

  it('prints nothing of the kind unless it is wanted', async () => {
    const quiet = new AppProcess('agent', { PORT: '0', NATS_SERVERS: 'nats://127.0.0.1:1' });
    cleanup.add(quiet, (started) => started.stop());
    await postReport(await quiet.url(), REPORT);
    expect(spansIn(quiet)).toEqual([]);
  });
});

describe('an order that is traced', () => {
  const stage = new ShopStage();
  let worker: AppProcess;

  beforeAll(async () => {
    await stage.start({ OTEL_TRACES_EXPORTER: 'console' });
    worker = await stage.worker(STEPS.join(','));
  });

  afterAll(() => stage.remove());

  it('U4: is one trace, from its HTTP request over each step to its reply', async () => {
    const answer = await stage.place('serial', ORDER, headersOf(SERIAL_TRACE));
    expect(answer.status).toBe(201);
    const apps = [stage.shop, worker];
    const spans = await traced(SERIAL_TRACE, apps, ({ length }) => length === 7);
    const [http] = named(spans, 'POST /shop/v1/orders');
    expect(http).toMatchObject({ service: 'shop', kind: 'SERVER', parent: CALLER });
    for (const step of STEPS) {
      const [request] = named(spans, `request shop.steps.${step}`);
      const [done] = named(spans, `process shop.steps.${step}`);
      expect(request).toMatchObject({ service: 'shop', kind: 'CLIENT', parent: http!.id });
      expect(done).toMatchObject({ service: 'shop-worker', kind: 'SERVER', parent: request!.id });
    }
  });

  it('U4: stays one over the stream, until the shop hears that a step is done', async () => {
    await stage.place('async', ORDER, headersOf(ASYNC_TRACE));
    // the shop takes news together: its spans have a link to each
    const heard = (spans: readonly PrintedSpan[]): string[] =>
      named(spans, 'process shop.orders.progressed').flatMap(({ links }) => links);
    const spans = await traced(
      ASYNC_TRACE,
      [stage.shop, worker],
      (now) => heard(now).length === 3 && named(now, 'process shop.orders.created').length === 3,
    );
    const [publish] = named(spans, 'publish shop.orders.>');
    const created = named(spans, 'process shop.orders.created');
    expect(created.map(({ parent }) => parent)).toEqual(STEPS.map(() => publish!.id));
    const told = named(spans, 'publish shop.orders.>').filter(({ service }) => service !== 'shop');
    expect(heard(spans).toSorted()).toEqual(told.map(({ id }) => id).toSorted());
  });
});
