import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppProcess } from '../support/app-process.js';
import { type TempDir, tempDir } from '../support/temp-dir.js';
import { waitFor } from '../support/wait-for.js';

/** The numbers of the table. */
const numbers = (output: string) =>
  Object.fromEntries(
    [...output.matchAll(/^ {2,4}([\w -]+?) {2,}(\d+)(?: |$)/gm)].map(([, label, value]) => [
      label,
      Number(value),
    ]),
  );

describe('demo', () => {
  let dir: TempDir;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    dir = await tempDir();
    // enough to find the same nats-server as the tests, and a place for temporary files
    const { HOME, NATS_SERVER_BIN, NATS_SERVER_CACHE } = process.env;
    env = { HOME, NATS_SERVER_BIN, NATS_SERVER_CACHE, TMPDIR: dir.file('.') };
  });

  afterAll(() => dir.remove());

  const play = async (args: string[], more: NodeJS.ProcessEnv = {}) => {
    const demo = new AppProcess('demo', { ...env, ...more }, args);
    return { code: await demo.exit(), output: demo.output };
  };

  it('stores every accepted report exactly once, and ends with 0', async () => {
    const { code, output } = await play(['--once']);
    expect(output).toContain('each exactly once');
    expect(code).toBe(0);
    const table = numbers(output);
    expect(table).toMatchObject({
      posted: 200,
      accepted: 180,
      rejected: 20,
      400: 10,
      401: 10,
      stored: 180,
      'on the dashboard': 200,
    });
    expect(output).toContain('180 stored, 10 of them failed, 20 rejected');
    expect(table['by saver-a']! + table['by saver-b']!).toBe(180);
    expect(table['in realtime_warehousing']! + table['in acceptance_status']!).toBe(180);
  });

  it('stays up until it is interrupted, with addresses that work', async () => {
    const demo = new AppProcess('demo', env, ['--reports', '5']);
    await waitFor(() => demo.output.includes('Up until ctrl-c'), {
      timeoutMs: 30_000,
      what: () => demo.output,
    });
    const url = /agent {2,}(http:\S+)\/agent\/v1\/report/.exec(demo.output)![1];
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const dashboard = /dashboard {2,}(http:\S+)/.exec(demo.output)![1];
    expect(await (await fetch(`${dashboard}`)).text()).toContain('<h1>Reports</h1>');
    expect(await demo.stop('SIGINT')).toBe(0);
    await expect(fetch(`${url}/readyz`)).rejects.toThrow('fetch failed');
    // so far nothing has failed, so nothing is left
    expect(await readdir(dir.file('.'))).toEqual([]);
  });

  it('shows the logs when an app does not start', async () => {
    const { code, output } = await play(['--once'], { AGENT_BODY_LIMIT_BYTES: 'much' });
    expect(code).toBe(1);
    expect(output).toContain('The demo failed: agent ended before it was ready');
    expect(output).toMatch(/agent, the end of \S+agent\.log/);
    expect(output).toContain('AGENT_BODY_LIMIT_BYTES = "much"');
  });

  it('explains itself', async () => {
    const [help, unknown] = await Promise.all([play(['--help']), play(['--twice'])]);
    expect(help).toMatchObject({ code: 0, output: expect.stringMatching(/--reports N[^]*--once/) });
    expect(unknown).toMatchObject({ code: 2, output: expect.stringMatching(/--twice[^]*Usage/) });
  });

  it('has three guests talk by two instances of the chat', async () => {
    const demo = new AppProcess('demo', env, ['--once'], 'chat-main.js');
    expect(await demo.exit()).toBe(0);
    expect(demo.output.match(/31 messages, each once; sees ada, bob, cy/g)).toHaveLength(3);
    expect(demo.output).toMatch(/ada .*, and 1 for ada alone/);
    expect(demo.output.match(/alone/g)).toHaveLength(1);
  });

  it('fails when there is no NATS for the chat', async () => {
    const demo = new AppProcess(
      'demo',
      { ...env, NATS_URL: 'nats://127.0.0.1:1' },
      ['--once'],
      'chat-main.js',
    );
    expect(await demo.exit()).toBe(1);
    expect(demo.output).toContain('The demo failed: ');
    const unknown = new AppProcess('demo', env, ['--twice'], 'chat-main.js');
    expect(await unknown.exit()).toBe(2);
    expect(unknown.output).toMatch(/--twice[^]*Usage/);
  });
});
