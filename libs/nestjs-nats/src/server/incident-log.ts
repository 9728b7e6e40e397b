import type { LoggerService } from '@nestjs/common';

const QUIET_MS = 60_000;

/**
 * Logs what may happen for every message once in a while: the first time at once, and then at most
 * one line a minute for each kind, with how often it happened meanwhile.
 */
export class IncidentLog {
  private readonly kinds = new Map<string, { loggedAt: number; held: number }>();

  constructor(private readonly logger: LoggerService) {}

  /**
   * @param kind what makes two incidents the same; of a bounded number of kinds
   * @param stack goes with the line
   */
  warn(kind: string, message: string, stack?: string): void {
    const now = performance.now();
    const seen = this.kinds.get(kind);
    if (seen !== undefined && now - seen.loggedAt < QUIET_MS) {
      seen.held++;
      return;
    }
    this.kinds.set(kind, { loggedAt: now, held: 0 });
    const more = seen?.held ? ` (and ${seen.held} more since the last such line)` : '';
    if (stack === undefined) this.logger.warn(`${message}${more}`);
    else this.logger.warn(`${message}${more}`, stack);
  }
}
