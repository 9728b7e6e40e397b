import { Controller, Get, Inject, Logger, ServiceUnavailableException } from '@nestjs/common';
import type { ReadinessCheck } from './readiness-check.js';

/** DI token of the {@link Probes}. */
export const PROBES = Symbol('PROBES');

/** What the probes look at, and what they answer besides. */
export interface Probes {
  readonly checks: readonly ReadinessCheck[];
  readonly details: Readonly<Record<string, string>>;
}

/** What the probes answer when all is well. */
export interface Health extends Readonly<Record<string, string>> {
  readonly status: 'ok';
}

/** Answers the probes of an orchestrator. */
@Controller()
export class HealthController {
  private readonly logger = new Logger(HealthController.name);
  private readonly ok: Health;
  /** What is wrong as far as the log knows. */
  private told = '';

  constructor(@Inject(PROBES) private readonly probes: Probes) {
    this.ok = { ...probes.details, status: 'ok' };
  }

  /** The process lives. */
  @Get('healthz')
  live(): Health {
    return this.ok;
  }

  /** The app can do its work; 503 otherwise. */
  @Get('readyz')
  async ready(): Promise<Health> {
    const reasons = new Map<string, string>();
    const look = async (check: ReadinessCheck): Promise<void> => {
      const reason = await check.fault();
      if (reason !== undefined) reasons.set(check.failure, reason);
    };
    await Promise.all(this.probes.checks.map(look));
    // in the order of the checks, whichever answered first
    const failures = this.probes.checks.filter(({ failure }) => reasons.has(failure));
    const answer = failures.map(({ failure }) => failure).join(' ');
    if (answer !== this.told) this.tell(answer, [...reasons.values()]);
    if (answer !== '') throw new ServiceUnavailableException(answer);
    return this.ok;
  }

  /** Logs a change, not every probe: they come every few seconds, and an outage may take hours. */
  private tell(answer: string, reasons: readonly string[]): void {
    this.told = answer;
    if (answer === '') this.logger.log('Ready again.');
    else this.logger.warn(`Not ready. ${answer} ${reasons.join(' ')}`);
  }
}
