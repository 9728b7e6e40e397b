import type { LoggerService } from '@nestjs/common';
import { LogEntry, type LogFields } from './log-entry.js';

const QUIET_MS = 60_000;

type Level = 'warn' | 'error';

/** The last line of a kind. */
interface Seen {
  readonly level: Level;
  readonly message: string;
  readonly about: LogFields | undefined;
  readonly loggedAt: number;
  /** How often it happened since. */
  held: number;
}

/**
 * Logs what may happen for every message once in a while: the first time at once, and then at most
 * one line a minute for each kind, with how often it happened meanwhile.
 */
export class IncidentLog {
  private readonly kinds = new Map<string, Seen>();

  constructor(private readonly logger: LoggerService) {}

  /**
   * @param kind what makes two incidents the same; of a bounded number of kinds
   * @param about what the line is about, for logs that keep fields
   */
  warn(kind: string, message: string, about?: LogFields): void {
    this.tell('warn', kind, message, about);
  }

  /** Does the same, as an error. */
  error(kind: string, message: string, about?: LogFields): void {
    this.tell('error', kind, message, about);
  }

  /** What it was about is over: says how often it happened since the last lines, and begins anew. */
  end(): void {
    for (const { level, message, about, held } of this.kinds.values())
      if (held > 0) this.logger[level](entry(message + more(held), about));
    this.kinds.clear();
  }

  private tell(level: Level, kind: string, message: string, about: LogFields | undefined): void {
    const now = performance.now();
    const seen = this.kinds.get(kind);
    if (seen !== undefined && now - seen.loggedAt < QUIET_MS) {
      seen.held++;
      return;
    }
    this.kinds.set(kind, { level, message, about, loggedAt: now, held: 0 });
    this.logger[level](entry(message + more(seen?.held ?? 0), about));
  }
}

function entry(text: string, about: LogFields | undefined): string | LogEntry {
  return about === undefined ? text : new LogEntry(text, about);
}

function more(held: number): string {
  return held === 0 ? '' : ` (and ${held} more since the last such line)`;
}
