import { Logger } from '@nestjs/common';

/** What was logged through Nest while a {@link captureLog} was on. */
export interface CapturedLog {
  /** Each line as `level message`. */
  readonly lines: readonly string[];
  /** Back to silence, as tests are otherwise. */
  stop(): void;
}

/** Keeps what is logged through Nest's `Logger`, instead of printing it. */
export function captureLog(): CapturedLog {
  const lines: string[] = [];
  const keep =
    (level: string) =>
    (message: unknown): void =>
      void lines.push(`${level} ${String(message)}`);
  Logger.overrideLogger({
    log: keep('log'),
    warn: keep('warn'),
    error: keep('error'),
    fatal: keep('fatal'),
    debug: keep('debug'),
    verbose: keep('verbose'),
  });
  return { lines, stop: () => Logger.overrideLogger(false) };
}
