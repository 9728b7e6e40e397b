import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type JetStreamManager, JSONCodec, connect } from 'nats';
import { startNatsServer } from 'nestjs-nats/testing';
import { AppProcess } from '../support/app-process.js';
import { Cleanup } from '../support/cleanup.js';
import { postReport, REPORT } from '../support/report-client.js';
import { waitFor } from '../support/wait-for.js';

const MAX_PAYLOAD_BYTES = 64 * 1024;

interface Rejected {
  status: number;
  msg: string;
  eventName?: string;
}

describe('agent', () => {
  const cleanup = new Cleanup();
  let agent: AppProcess;
  let url: string;
  let jsm: JetStreamManager;
  const rejected: Rejected[] = [];
  const received: { subject: string; id: string; data: Record<string, unknown> }[] = [];

  beforeAll(async () => {
    const server = cleanup.add(
      await startNatsServer({ config: `max_payload: ${MAX_PAYLOAD_BYTES}` }),
      (started) => started.stop(),
    );
    const foreign = cleanup.add(await connect({ servers: server.url }), (made) => made.close());
    foreign.subscribe('logger.>', {
      callback: (_, message) => {
        const data = JSONCodec<Record<string, unknown>>().decode(message.data);
        const id = message.headers?.get('Nats-Msg-Id') ?? '';
        received.push({ subject: message.subject, id, data });
      },
    });
    foreign.subscribe('agent.rejected', {
      callback: (_, message) => rejected.push(JSONCodec<Rejected>().decode(message.data)),
    });
    await foreign.flush();
    jsm = await foreign.jetstreamManager();
    agent = cleanup.add(
      new AppProcess('agent', { PORT: '0', NATS_SERVERS: server.url }),
      (started) => started.stop(),
    );
    url = await agent.url();
  });

  afterAll(() => cleanup.run());

  const messageOf = async (msgId: string | null) => {
    await waitFor(() => received.some(({ data }) => data['msgId'] === msgId), {
      what: 'the message',
    });
    return received.find(({ data }) => data['msgId'] === msgId)!;
  };

  it('publishes an event on logger.report.event, without the key', async () => {
    const answer = await postReport(url, REPORT);
    expect(answer).toMatchObject({ status: 200, body: { code: 0, msg: 'success' } });
    expect(await messageOf(answer.msgId)).toEqual({
      subject: 'logger.report.event',
      id: answer.msgId,
      data: {
        msgId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        eventName: 'page_view',
        reportData: '{"page":"/"}',
        createTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
    });
  });

  it('publishes a report about a user on logger.report.user', async () => {
    const answer = await postReport(url, { ...REPORT, reportType: 'reportUser' });
    expect(await messageOf(answer.msgId)).toEqual({
      subject: 'logger.report.user',
      id: answer.msgId,
      data: {
        msgId: answer.msgId,
        dataName: 'page_view',
        reportType: 'reportUser',
        reportData: '{"page":"/"}',
        errorReason: '',
        errorHandling: '',
        status: 1,
        partEvent: 'page_view',
        partDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      },
    });
  });

  it('publishes content that is not JSON as it came', async () => {
    const answer = await postReport(url, { ...REPORT, content: 'a=1&b="2"' });
    expect(answer.status).toBe(200);
    expect((await messageOf(answer.msgId)).data['reportData']).toBe('a=1&b="2"');
  });

  it('logs where a report with debug went, and no other', async () => {
    const quiet = await postReport(url, REPORT);
    const loud = await postReport(url, { ...REPORT, debug: 1 });
    await waitFor(() => agent.output.includes(`${loud.msgId}`), { what: 'the log line' });
    expect(agent.output).not.toContain(`${quiet.msgId}`);
    expect(agent.output).not.toContain(REPORT.appKey);
  });

  it.each([
    ['no object', '[]', /expected object/],
    ['an empty body', '', /reportType: /],
    ['cut-off JSON', '{"reportType":', /not JSON/],
    ['text that is not JSON', 'reportType=reportEvent', /not JSON/],
    ['an unknown report type', { ...REPORT, reportType: 'reportAll' }, /reportType: /],
    ['no content', { ...REPORT, content: undefined }, /content: /],
    ['content that is an object', { ...REPORT, content: { page: '/' } }, /content: /],
    ['an empty event name', { ...REPORT, eventName: '' }, /eventName: /],
    ['an event name that is too long', { ...REPORT, eventName: 'x'.repeat(129) }, /eventName: /],
    ['a line break in the event name', { ...REPORT, eventName: 'a\nb' }, /eventName: .*control/],
    ['a fraction for debug', { ...REPORT, debug: 0.5 }, /debug: /],
    ['text for debug', { ...REPORT, debug: '1' }, /debug: /],
    ['null for a field', { ...REPORT, appId: null }, /appId: /],
  ])('answers 400 to %s', async (_, body, message) => {
    const answer = await postReport(url, body);
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 400, msg: expect.stringMatching(message) },
    });
  });

  it('lists every fault of a report', async () => {
    const { body } = await postReport(url, { reportType: 'x', debug: 'y' });
    for (const field of ['reportType', 'appId', 'appKey', 'eventName', 'debug', 'content']) {
      expect(body.msg).toContain(`${field}: `);
    }
  });

  it.each([
    ['an unknown application', { ...REPORT, appId: 'nobody' }],
    ['a wrong key', { ...REPORT, appKey: 'demo-kez' }],
    ['the key of a name that every object has', { ...REPORT, appId: 'constructor' }],
  ])('answers 401 to %s', async (_, body) => {
    const answer = await postReport(url, body);
    expect(answer).toMatchObject({ status: 401, body: { code: 401 } });
    expect(answer.msgId).toBeNull();
  });

  it.each<[string, unknown, Rejected]>([
    [
      'a wrong key',
      { ...REPORT, appKey: 'no', eventName: 'told' },
      { status: 401, msg: expect.stringMatching(/appKey/) as unknown as string, eventName: 'told' },
    ],
    ['no JSON', '{"a', { status: 400, msg: 'The body is not JSON.' }],
    [
      'a name that is too long',
      { ...REPORT, eventName: 'x'.repeat(200) },
      {
        status: 400,
        msg: expect.stringMatching(/eventName/) as unknown as string,
        eventName: 'x'.repeat(128),
      },
    ],
  ])('tells whoever listens of a report that was refused for %s', async (_, body, told) => {
    const isSame = ({ status, eventName }: Rejected): boolean =>
      status === told.status && eventName === told.eventName;
    await postReport(url, body);
    await waitFor(() => rejected.some(isSame), { what: 'the rejection' });
    expect(rejected.filter(isSame)).toContainEqual(told);
  });

  it('answers 413 to a body over the limit', async () => {
    const answer = await postReport(url, { ...REPORT, content: 'x'.repeat(300_000) });
    expect(answer).toMatchObject({
      status: 413,
      body: { code: 413, msg: expect.stringMatching(/larger/) },
    });
  });

  it('answers 413 to a report over the limit of the NATS server', async () => {
    const answer = await postReport(url, { ...REPORT, content: 'x'.repeat(MAX_PAYLOAD_BYTES) });
    expect(answer).toMatchObject({
      status: 413,
      body: { code: 413, msg: expect.stringMatching(/NATS/) },
    });
  });

  it('has stored a report when it answers', async () => {
    const count = async () => (await jsm.streams.info('REPORTS')).state.messages;
    const before = await count();
    expect((await postReport(url, REPORT)).status).toBe(200);
    expect(await count()).toBe(before + 1);
  });

  it('answers 503 while the stream is full', async () => {
    const { state } = await jsm.streams.info('REPORTS');
    await jsm.streams.update('REPORTS', { max_msgs: state.messages });
    const refused = await postReport(url, REPORT);
    expect(refused).toMatchObject({
      status: 503,
      body: { code: 503, msg: expect.stringMatching(/as many reports as it may.*not taken/) },
    });
    expect((await jsm.streams.info('REPORTS')).state.last_seq).toBe(state.last_seq);
    await jsm.streams.update('REPORTS', { max_msgs: -1 });
    expect((await postReport(url, REPORT)).status).toBe(200);
  });

  it.each([
    ['another content type', { 'content-type': 'text/plain' }],
    ['another charset', { 'content-type': 'application/json; charset=latin1' }],
    ['an unknown encoding', { 'content-type': 'application/json', 'content-encoding': 'zip' }],
  ])('answers 415 to %s', async (_, headers) => {
    const answer = await postReport(url, REPORT, headers);
    expect(answer).toMatchObject({ status: 415, body: { code: 415, msg: expect.any(String) } });
  });

  it('answers 404 in the same shape', async () => {
    const response = await fetch(`${url}/agent/v1/reports`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ code: 404, msg: expect.any(String) });
  });

  it.each(['healthz', 'readyz'])('answers /%s', async (path) => {
    expect((await fetch(`${url}/${path}`)).status).toBe(200);
  });
});
