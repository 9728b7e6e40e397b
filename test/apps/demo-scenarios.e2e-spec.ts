import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppProcess } from '../support/app-process.js';
import { type TempDir, tempDir } from '../support/temp-dir.js';

describe('the demos of', () => {
  let dir: TempDir;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    dir = await tempDir();
    // enough to find the same nats-server as the tests, and a place for temporary files
    const { HOME, NATS_SERVER_BIN, NATS_SERVER_CACHE } = process.env;
    env = { HOME, NATS_SERVER_BIN, NATS_SERVER_CACHE, TMPDIR: dir.file('.') };
  });

  afterAll(() => dir.remove());

  const play = async (name: string, args: string[], more: NodeJS.ProcessEnv = {}) => {
    const demo = new AppProcess('demo', { ...env, ...more }, args, `${name}-main.js`);
    return { code: await demo.exit(), output: demo.output };
  };

  it('the shop shows what is better by a queue, and ends with 0', async () => {
    const { code, output } = await play('shop', ['--once']);
    expect(output).toMatch(/serial {4}503 {2}The points service is not there/);
    expect(output).toMatch(/async {5}201 {2}20 orders, their points pending/);
    expect(output).toContain('20 orders have their points, each exactly once');
    expect(output).toMatch(/serial +\d+ orders\/s {2}█+\n +parallel +\d+ orders\/s {2}█+\n/);
    expect(code).toBe(0);
    expect(await readdir(dir.file('.'))).toEqual([]);
  }, 90_000);

  it('the shop says what is broken, keeps the logs, and ends with 1', async () => {
    const left = await tempDir();
    try {
      // half of what a step takes
      const broken = { SHOP_STEP_TIMEOUT_MS: '50', TMPDIR: left.file('.') };
      const { code, output } = await play('shop', ['--once'], broken);
      expect(output).toContain('The demo failed: an order of mode serial got 503: ');
      expect(output).not.toContain('orders/s');
      expect(code).toBe(1);
      expect(await readdir(left.file('.'))).toHaveLength(1);
    } finally {
      await left.remove();
    }
  }, 90_000);

  it('the flash sale sells what there is, and ends with 0', async () => {
    const { code, output } = await play('flash-sale', ['--once']);
    const row = (label: string) => Number(new RegExp(`^ +${label} +(\\d+)`, 'm').exec(output)?.[1]);
    expect(['in the queue', 'too many', 'won', 'sold out', 'orders'].map(row)).toEqual([
      400, 100, 10, 390, 10,
    ]);
    expect(code).toBe(0);
    expect(await readdir(dir.file('.'))).toEqual([]);
  }, 90_000);

  it.each(['shop', 'flash-sale'])('%s fails when there is no NATS', async (name) => {
    const { code, output } = await play(name, ['--once'], { NATS_URL: 'nats://127.0.0.1:1' });
    expect(output).toContain('The demo failed: ');
    expect(code).toBe(1);
  });

  it.each(['shop', 'flash-sale'])('%s explains itself', async (name) => {
    const [help, unknown] = await Promise.all([play(name, ['--help']), play(name, ['--twice'])]);
    expect(help).toMatchObject({ code: 0, output: expect.stringMatching(/Usage[^]*--once/) });
    expect(unknown).toMatchObject({ code: 2, output: expect.stringMatching(/--twice[^]*Usage/) });
  });
});
