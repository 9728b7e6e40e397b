import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { AppProcess } from '../support/app-process.js';
import { Cleanup } from '../support/cleanup.js';
import { tempDir } from '../support/temp-dir.js';
import { waitFor } from '../support/wait-for.js';

/** Is how soon readiness is to tell that NATS has gone, or is back. */
const BOUND_MS = 2_000;

/** All that are probed: with a client, with handlers, and some with a database. */
const PROBED = [
  'agent',
  'saver',
  'dashboard',
  'shop',
  'shop-worker',
  'chat',
  'flash-sale',
] as const;

describe.each(PROBED)('U10: the probes of the %s', (name) => {
  const cleanup = new Cleanup();
  let server: NatsTestServer;
  let app: AppProcess;
  let url: string;

  beforeEach(async () => {
    server = cleanup.add(await startNatsServer(), (started) => started.stop());
    const dir = cleanup.add(await tempDir(), (made) => made.remove());
    const env = {
      PORT: '0',
      SAVER_PORT: '0',
      NATS_SERVERS: server.url,
      SAVER_DATABASE_FILE: dir.file('saver.sqlite'),
      DATABASE_FILE: dir.file('app.sqlite'),
    };
    app = cleanup.add(new AppProcess(name, env), (started) => started.stop());
    url = await app.url();
  });
  afterEach(() => cleanup.run());

  const status = async (path: string): Promise<number> => (await fetch(`${url}/${path}`)).status;
  const readiness = (wanted: number, what: string): Promise<void> =>
    waitFor(async () => (await status('readyz')) === wanted, { timeoutMs: BOUND_MS, what });

  it('tell that NATS is gone, and back, within two seconds, and that the process lives', async () => {
    await readiness(200, 'readiness');
    await server.kill();
    await readiness(503, 'readiness to end');
    expect(await status('healthz')).toBe(200);
    await server.restart();
    await readiness(200, 'readiness to return');
    expect(await status('healthz')).toBe(200);
  });

  it('tell that NATS hangs, while its connection stands', async () => {
    await readiness(200, 'readiness');
    server.pause();
    await readiness(503, 'readiness to end');
    expect(await status('healthz')).toBe(200);
    server.resume();
    await readiness(200, 'readiness to return');
  });

  it('say nothing of where NATS is', async () => {
    await server.kill();
    await readiness(503, 'readiness to end');
    const answer = await (await fetch(`${url}/readyz`)).text();
    expect(answer).not.toContain(`${server.port}`);
  });
});
