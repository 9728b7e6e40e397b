import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNatsServer } from 'nestjs-nats/testing';
import { connect, JSONCodec, type NatsConnection } from 'nats';
import { AppProcess } from '../support/app-process.js';
import { Cleanup } from '../support/cleanup.js';
import { postReport, REPORT } from '../support/report-client.js';
import { tempDir } from '../support/temp-dir.js';
import { waitFor } from '../support/wait-for.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

/** A span as an app prints it. */
interface PrintedSpan {
  readonly span: string;
  readonly kind: string;
  readonly service: string;
  readonly trace: string;
  readonly id: string;
  readonly parent?: string;
}

function spansIn({ output }: AppProcess): PrintedSpan[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{"span":'));
  return lines.map((line) => JSON.parse(line) as PrintedSpan);
}

describe('a report that is traced', () => {
  const cleanup = new Cleanup();
  let agent: AppProcess;
  let saver: AppProcess;
  let nats: NatsConnection;

  beforeAll(async () => {
    const server = cleanup.add(await startNatsServer(), (started) => started.stop());
    const folder = cleanup.add(await tempDir(), (made) => made.remove());
    nats = cleanup.add(await connect({ servers: server.url }), (made) => made.close());
    const env = { NATS_SERVERS: server.url, OTEL_TRACES_EXPORTER: 'console' };
    const start = (app: 'agent' | 'saver', own: NodeJS.ProcessEnv): AppProcess =>
      cleanup.add(new AppProcess(app, { ...env, ...own }), (started) => started.stop());
    agent = start('agent', { PORT: '0' });
    saver = start('saver', { SAVER_PORT: '0', SAVER_DATABASE_FILE: folder.file('saver.sqlite') });
    await Promise.all([agent.url(), saver.url()]);
  });

  afterAll(() => cleanup.run());

  it('U4: is one trace, from its HTTP request to its row', async () => {
    const { msgId } = await postReport(await agent.url(), REPORT, {
      'content-type': 'application/json',
      traceparent: `00-${TRACE}-${CALLER}-01`,
    });
    const spans = (): PrintedSpan[] =>
      [...spansIn(agent), ...spansIn(saver)].filter(({ trace }) => trace === TRACE);
    await waitFor(() => spans().length === 3, {
      what: () => `three spans; the agent wrote\n${agent.output}\nthe saver\n${saver.output}`,
    });
    const named = (name: string): PrintedSpan => spans().find(({ span }) => span === name)!;
    const request = named('POST /agent/v1/report');
    const publish = named('publish logger.report.>');
    const stored = named('process logger.report.event');
    expect(request).toMatchObject({ service: 'agent', kind: 'SERVER', parent: CALLER });
    expect(publish).toMatchObject({ service: 'agent', kind: 'PRODUCER', parent: request.id });
    expect(stored).toMatchObject({ service: 'saver', kind: 'CONSUMER', parent: publish.id });
    // the handling ends when the row is there
    const json = JSONCodec();
    const reply = await nats.request('report.query.find', json.encode({ msgIds: [msgId] }));
    expect(json.decode(reply.data)).toEqual([
      expect.objectContaining({ msgId, table: 'realtime_warehousing' }),
    ]);
  });

  it('prints nothing of the kind unless it is wanted', async () => {
    const quiet = new AppProcess('agent', { PORT: '0', NATS_SERVERS: 'nats://127.0.0.1:1' });
    cleanup.add(quiet, (started) => started.stop());
    await postReport(await quiet.url(), REPORT);
    expect(spansIn(quiet)).toEqual([]);
  });
});
