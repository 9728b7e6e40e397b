import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Analytics, type DashboardSnapshot, snapshotOf } from '../support/analytics.js';
import type { AppProcess } from '../support/app-process.js';
import { EventStreamClient } from '../support/event-stream.js';
import { waitFor } from '../support/wait-for.js';

const PAGE = join(import.meta.dirname, '../../apps/dashboard/src/page');

/** A line of the live tail. */
interface Row {
  kind: string;
  name: string;
  detail: string;
}

describe('dashboard', () => {
  const flow = new Analytics();
  let savers: AppProcess[];
  let url: string;

  beforeAll(async () => {
    await flow.start();
    savers = await flow.startFlow(['saver-a', 'saver-b']);
    ({ url } = await flow.dashboard());
  });

  afterAll(() => flow.stop());

  const post = (body: unknown, contentType = 'application/json') =>
    fetch(`${url}/dashboard/v1/test-event`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: JSON.stringify(body),
    });
  const until = async (what: string, holds: (snapshot: DashboardSnapshot) => boolean) => {
    let last: DashboardSnapshot | undefined;
    await waitFor(async () => holds((last = await snapshotOf(url))), {
      what: () => `${what}; last: ${JSON.stringify(last)}`,
    });
    return last!;
  };
  const rowsOf = (stream: EventStreamClient): Row[] =>
    stream.of<{ rows: Row[] }>('reports').flatMap(({ rows }) => rows);

  it('serves a page that may load nothing but its own files', async () => {
    const response = await fetch(url);
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy');
    for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'"]) {
      expect(policy).toContain(rule);
    }
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const html = await response.text();
    const files = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, file]) => file);
    expect(files).toContain('app.js');
    for (const file of files) expect((await fetch(`${url}/${file}`)).status).toBe(200);
  });

  it('has no markup made of text, no inline script or style, and no address of others', async () => {
    const files = (await readdir(PAGE)).filter((file) => file !== 'icon.svg');
    for (const file of files) {
      const text = await readFile(join(PAGE, file), 'utf8');
      expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/);
      expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
      expect(text).not.toMatch(/<script>|<style>| style="| on\w+="/);
    }
  });

  it('counts what was received, stored, failed and rejected, and who stored it', async () => {
    await Promise.all([
      ...Array.from({ length: 60 }, () => flow.report()),
      flow.report({ content: 'no JSON' }),
      flow.report({ appKey: 'guessed', eventName: 'refused' }),
    ]);
    const { saverView, rejections, ...rest } = await until(
      'everything to be stored',
      (now) => now.saverView?.waiting === 0 && now.saverView.stored === 61,
    );
    expect(rest).toMatchObject({ nats: 'connected', saver: 'answering', canReport: true });
    expect(saverView).toMatchObject({ received: 61, waiting: 0, stored: 61, failed: 1 });
    expect(saverView!.replicas.map(({ replica }) => replica)).toEqual(['saver-a', 'saver-b']);
    expect(saverView!.replicas.every(({ since }) => since !== null)).toBe(true);
    expect(saverView!.replicas.reduce((sum, { rows }) => sum + rows, 0)).toBe(61);
    expect(saverView!.minutes).toHaveLength(30);
    expect(saverView!.minutes.reduce((sum, { events }) => sum + events, 0)).toBe(60);
    expect(saverView!.latest).toHaveLength(12);
    expect(saverView!.failures).toEqual([
      expect.objectContaining({ errorReason: expect.stringMatching(/not JSON/) }),
    ]);
    expect(rejections).toMatchObject({ count: 1, latest: [{ name: 'refused', status: 401 }] });
  });

  it('sends what goes by to every browser, of every dashboard', async () => {
    const other = await flow.dashboard();
    const streams = await Promise.all(
      [url, url, other.url].map((each) => EventStreamClient.open(`${each}/dashboard/v1/live`)),
    );
    for (const stream of streams) {
      await waitFor(() => stream.of('snapshot').length > 0, { what: 'a first snapshot' });
    }
    await flow.report({ eventName: 'seen-live' });
    await flow.report({ eventName: 'refused-live', appKey: 'guessed' });
    for (const stream of streams) {
      await waitFor(() => rowsOf(stream).length === 2, { what: 'both lines' });
      expect(rowsOf(stream)).toEqual([
        expect.objectContaining({ kind: 'event', name: 'seen-live', detail: '{"page":"/"}' }),
        expect.objectContaining({ kind: 'rejected', name: 'refused-live' }),
      ]);
    }
    await Promise.all(streams.map((stream) => stream.close()));
    expect(await other.app.stop()).toBe(0);
  });

  it('says how many lines of a flood it leaves out', async () => {
    const stream = await EventStreamClient.open(`${url}/dashboard/v1/live`);
    const batches = () => stream.of<{ rows: Row[]; skipped: number }>('reports');
    const total = () =>
      batches().reduce((sum, { rows, skipped }) => sum + rows.length + skipped, 0);
    await waitFor(() => stream.of('snapshot').length > 0, { what: 'a first snapshot' });
    await Promise.all(Array.from({ length: 200 }, () => flow.report({ eventName: 'flood' })));
    await waitFor(() => total() === 200, { what: () => `200 lines, not ${total()}` });
    for (const { rows } of batches()) expect(rows.length).toBeLessThanOrEqual(20);
    await stream.close();
  });

  it('reports a test event through the agent, and shows it stored', async () => {
    const response = await post({ eventName: 'by-hand', content: '{"a":1}' });
    expect(response.status).toBe(200);
    const { msgId } = (await response.json()) as { msgId: string };
    const { saverView } = await until('the row', (now) =>
      now.saverView!.latest.some((row) => row.msgId === msgId),
    );
    expect(saverView!.latest.find((row) => row.msgId === msgId)).toMatchObject({
      eventName: 'by-hand',
      reportData: '{"a":1}',
      savedBy: expect.stringMatching(/^saver-[ab]$/),
    });
  });

  it('passes on why the agent refuses a test event', async () => {
    const response = await post({ eventName: '', content: '{}' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: expect.stringMatching(/eventName/) });
  });

  it.each([
    ['a form of another site', { eventName: 'a', content: '{}' }, 'text/plain', 415],
    ['no event', { eventName: 1 }, 'application/json', 400],
  ])('takes no test event from %s', async (_, body, contentType, status) => {
    expect((await post(body, contentType)).status).toBe(status);
  });

  it('says 502 when there is no agent, and hides the form when it is not told as whom', async () => {
    const lonely = await flow.dashboard({ AGENT_URL: 'http://127.0.0.1:1' });
    const response = await fetch(`${lonely.url}/dashboard/v1/test-event`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ eventName: 'a', content: '{}' }),
    });
    expect(response.status).toBe(502);
    const silent = await flow.dashboard({ NODE_ENV: 'production' });
    expect((await snapshotOf(silent.url)).canReport).toBe(false);
  });

  it('ends with 0 although browsers are watching', async () => {
    const { url: ending, app } = await flow.dashboard();
    const stream = await EventStreamClient.open(`${ending}/dashboard/v1/live`);
    await waitFor(() => stream.of('snapshot').length > 0, { what: 'a first snapshot' });
    expect(await app.stop()).toBe(0);
    await stream.ended;
  });

  it('keeps the last numbers when the savers are away, says so, and heals by itself', async () => {
    const before = await until('an answer', (now) => now.saver === 'answering');
    await Promise.all(savers.map((saver) => saver.stop()));
    const away = await until('the savers to be away', (now) => now.saver === 'away');
    expect(away).toMatchObject({
      nats: 'connected',
      saverView: { stored: before.saverView!.stored },
    });
    expect((await flow.report({ eventName: 'waits' })).status).toBe(200);
    await flow.app('saver', { SAVER_NAME: 'saver-c' }).url();
    const { saverView } = await until(
      'the row',
      (now) => now.saverView?.latest[0]?.eventName === 'waits',
    );
    const there = saverView!.replicas.map(({ replica, since }) => [replica, since !== null]);
    expect(there).toEqual([
      ['saver-a', false],
      ['saver-b', false],
      ['saver-c', true],
    ]);
  });

  it('says that NATS is away, and heals by itself', async () => {
    const ready = async () => (await fetch(`${url}/readyz`)).status;
    expect(await ready()).toBe(200);
    await flow.server.kill();
    const away = await until('NATS to be away', (now) => now.nats === 'away');
    expect(away).toMatchObject({ saver: 'unknown', saverView: { stored: expect.any(Number) } });
    expect(await ready()).toBe(503);
    const late = flow.app('dashboard', { AGENT_URL: flow.agentUrl });
    const lateUrl = await late.url();
    expect(await snapshotOf(lateUrl)).toMatchObject({ nats: 'away', saverView: null });
    expect((await fetch(lateUrl)).status).toBe(200);
    await flow.server.restart();
    await until('NATS to be back', (now) => now.nats === 'connected' && now.saver === 'answering');
    await waitFor(async () => (await snapshotOf(lateUrl)).saver === 'answering', {
      what: 'the dashboard that started without NATS',
    });
    await waitFor(async () => (await fetch(`${lateUrl}/readyz`)).ok, { what: 'its subscriptions' });
    const stream = await EventStreamClient.open(`${lateUrl}/dashboard/v1/live`);
    await waitFor(async () => (await flow.report({ eventName: 'again' })).status === 200, {
      what: 'the agent to reconnect',
    });
    await waitFor(() => rowsOf(stream).some(({ name }) => name === 'again'), { what: 'the line' });
    await stream.close();
    expect(await late.stop()).toBe(0);
  });
});
