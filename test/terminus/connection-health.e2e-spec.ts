import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Logger } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { NatsClient, NatsModule, NatsStrategy } from 'nestjs-nats';
import { NatsHealthIndicator } from 'nestjs-nats/terminus';
import { type HttpApp, httpAppOf } from '../support/health-app.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

/** Is how soon readiness is to tell that NATS has gone, or is back. */
const BOUND_MS = 2_000;

@Controller()
class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly nats: NatsHealthIndicator,
    private readonly strategy: NatsStrategy,
    private readonly client: NatsClient,
  ) {}

  @Get('healthz')
  @HealthCheck()
  live() {
    return this.health.check([() => this.nats.liveness('nats', this.strategy)]);
  }

  @Get('readyz')
  @HealthCheck()
  ready() {
    return this.health.check([
      () => this.nats.readiness('nats', this.strategy, { timeoutMs: 500 }),
      () => this.nats.readiness('client', this.client, { timeoutMs: 500 }),
    ]);
  }

  @MessagePattern('health.ask')
  ask(): string {
    return 'well';
  }
}

describe('NatsHealthIndicator', () => {
  const bench = new NatsBench();
  let app: HttpApp;

  beforeEach(async () => {
    await bench.start();
    Logger.overrideLogger(false);
    app = await httpAppOf(bench, {
      imports: [
        TerminusModule.forRoot({ logger: false }),
        NatsModule.forRoot({
          servers: bench.server.url,
          reconnectTimeWait: 100,
          reconnectJitter: 0,
        }),
      ],
      controllers: [HealthController],
      providers: [NatsHealthIndicator],
    });
  });
  afterEach(() => bench.stop());

  it('says that it is up, and how long the way to the server takes', async () => {
    expect(await app.get('healthz')).toMatchObject({
      status: 200,
      body: { status: 'ok', details: { nats: { status: 'up', connection: 'connected' } } },
    });
    const { status, body } = await app.get('readyz');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      details: {
        nats: { status: 'up', roundTripMs: expect.any(Number) },
        client: { status: 'up', connection: 'connected' },
      },
    });
  });

  it('U10: is alive, but not ready, while the server is gone, and ready again when it is back', async () => {
    await bench.server.kill();
    await waitFor(async () => (await app.get('readyz')).status === 503, {
      timeoutMs: BOUND_MS,
      what: 'readiness to end',
    });
    expect(await app.get('healthz')).toMatchObject({
      status: 200,
      body: { status: 'degraded', details: { nats: { status: 'degraded' } } },
    });
    expect((await app.get('readyz')).body).toMatchObject({
      error: { nats: { status: 'down', reasons: [expect.any(String)] } },
    });
    await bench.server.restart();
    await waitFor(async () => (await app.get('readyz')).status === 200, {
      timeoutMs: BOUND_MS,
      what: 'readiness to return',
    });
    await expect(bench.client().request('health.ask', 1)).resolves.toBe('well');
  });

  it('is not ready while the server hangs, long before the connection is given up', async () => {
    bench.server.pause();
    try {
      const { status, body } = await app.get('readyz');
      expect(status).toBe(503);
      expect(body).toMatchObject({
        error: { nats: { connection: 'connected', reasons: [expect.stringContaining('500 ms')] } },
      });
    } finally {
      bench.server.resume();
    }
    await waitFor(async () => (await app.get('readyz')).status === 200, { what: 'readiness' });
  });

  it('is not ready when messages do not reach the handlers, though the connection stands', async () => {
    await app.nest.get(NatsClient).connect();
    await app.nest.get(NatsStrategy).close();
    expect(await app.get('readyz')).toMatchObject({
      status: 503,
      body: {
        error: { nats: { connection: 'connected', reasons: [expect.stringContaining('listen')] } },
        info: { client: { status: 'up' } },
      },
    });
  });

  it('is neither when the strategy is closed', async () => {
    await app.nest.get(NatsStrategy).close();
    await app.nest.get(NatsClient).close();
    expect((await app.get('healthz')).status).toBe(503);
    expect(await app.get('readyz')).toMatchObject({
      status: 503,
      body: { error: { nats: { connection: 'closed' } } },
    });
  });
});
