import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import type { ReadinessCheck } from './readiness-check.js';

/** Needs something that comes and goes. */
class Need implements ReadinessCheck {
  reason: string | undefined;

  constructor(readonly failure: string) {}

  async fault(): Promise<string | undefined> {
    return this.reason;
  }
}

describe('the probes', () => {
  const logged: string[] = [];
  const log: LoggerService = {
    log: (line) => logged.push(String(line)),
    warn: (line) => logged.push(String(line)),
    error: (line) => logged.push(String(line)),
  };
  let nats: Need;
  let database: Need;
  let controller: HealthController;

  beforeEach(() => {
    logged.length = 0;
    Logger.overrideLogger(log);
    nats = new Need('No NATS.');
    database = new Need('No database.');
    controller = new HealthController({ checks: [nats, database], details: { replica: 'a' } });
  });
  afterEach(() => Logger.overrideLogger(['error', 'warn', 'log']));

  it('answer with the details while all is well, and log nothing', async () => {
    const ok = { status: 'ok', replica: 'a' };
    expect(await controller.ready()).toEqual(ok);
    expect(controller.live()).toEqual(ok);
    expect(logged).toEqual([]);
  });

  it('say all that is wrong, but not why', async () => {
    nats.reason = 'nats://10.0.0.7 refused.';
    database.reason = 'It is locked.';
    await expect(controller.ready()).rejects.toMatchObject({
      status: 503,
      message: 'No NATS. No database.',
    });
    expect(controller.live()).toMatchObject({ status: 'ok' });
  });

  it('log what changes, once, and why', async () => {
    nats.reason = 'nats://10.0.0.7 refused.';
    for (const _ of 'abc') await expect(controller.ready()).rejects.toThrow('No NATS.');
    expect(logged).toEqual(['Not ready. No NATS. nats://10.0.0.7 refused.']);
    nats.reason = undefined;
    await controller.ready();
    await controller.ready();
    expect(logged.slice(1)).toEqual(['Ready again.']);
  });
});
