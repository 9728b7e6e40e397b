import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { AppProcess } from '../support/app-process.js';
import { Cleanup } from '../support/cleanup.js';
import { postReport, REPORT } from '../support/report-client.js';
import { waitFor } from '../support/wait-for.js';

const PUBLISH_TIMEOUT_MS = 400;
/** What a test allows a loaded machine on top of the agent's own timeout. */
const SLACK_MS = 1500;

describe('agent without NATS', () => {
  const cleanup = new Cleanup();
  let server: NatsTestServer;
  let agent: AppProcess;
  let url: string;

  beforeEach(async () => {
    server = cleanup.add(await startNatsServer(), (started) => started.stop());
  });

  afterEach(() => cleanup.run());

  const start = async () => {
    agent = cleanup.add(
      new AppProcess('agent', {
        PORT: '0',
        NATS_SERVERS: server.url,
        AGENT_PUBLISH_TIMEOUT_MS: `${PUBLISH_TIMEOUT_MS}`,
      }),
      (started) => started.stop(),
    );
    url = await agent.url();
  };
  const ready = async () => (await fetch(`${url}/readyz`)).status;
  const expectUnavailable = async () => {
    const startedAt = Date.now();
    const answer = await postReport(url, REPORT);
    expect(answer).toMatchObject({
      status: 503,
      body: { code: 503, msg: expect.stringMatching(/NATS/) },
    });
    expect(Date.now() - startedAt).toBeLessThan(PUBLISH_TIMEOUT_MS + SLACK_MS);
    expect(answer.body.msg).not.toContain(`${server.port}`);
  };

  it('starts when NATS is down, answers 503, and recovers when it comes', async () => {
    await server.kill();
    await start();
    await expectUnavailable();
    expect(await ready()).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await server.restart();
    await waitFor(async () => (await ready()) === 200, { what: 'readiness' });
    expect((await postReport(url, REPORT)).status).toBe(200);
  });

  it('answers 503 when NATS goes away, and recovers when it returns', async () => {
    await start();
    expect((await postReport(url, REPORT)).status).toBe(200);
    await server.kill();
    await waitFor(async () => (await ready()) === 503, { what: 'the agent to notice' });
    await expectUnavailable();
    await server.restart();
    await waitFor(async () => (await ready()) === 200, { what: 'readiness' });
    expect((await postReport(url, REPORT)).status).toBe(200);
  });

  it('answers 503 within its timeout when NATS accepts connections and hangs', async () => {
    await start();
    expect((await postReport(url, REPORT)).status).toBe(200);
    server.pause();
    await expectUnavailable();
    server.resume();
    await waitFor(async () => (await postReport(url, REPORT)).status === 200, { what: 'recovery' });
  });

  it('answers 503 within its timeout when NATS hangs from the start', async () => {
    server.pause();
    await start();
    await expectUnavailable();
    expect(await ready()).toBe(503);
    server.resume();
    await waitFor(async () => (await postReport(url, REPORT)).status === 200, { what: 'recovery' });
  });

  it('answers 503 when NATS cannot store reports', async () => {
    server = cleanup.add(await startNatsServer({ jetstream: false }), (core) => core.stop());
    await start();
    expect(await ready()).toBe(200);
    const { status, body } = await postReport(url, REPORT);
    expect(status).toBe(503);
    expect(body.msg).toMatch(/not set up to store reports/);
  });

  it('ends with 0 on SIGTERM whether NATS is there or not', async () => {
    await start();
    await server.kill();
    expect(await agent.stop()).toBe(0);
    await start();
    expect(await agent.stop()).toBe(0);
  });
});
