import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface DemoOptions {
  /** End when the result is known, instead of staying up until ctrl-c. */
  readonly once: boolean;
  /** How many reports to post. */
  readonly reports: number;
}

/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The text of `--help`. */
export const USAGE = `Usage: npm run demo -- [options]

Starts an agent, two savers and a dashboard on a NATS server, posts reports over HTTP, kills one saver
half-way, and checks that every accepted report is stored exactly once all the same, and that the
dashboard shows it.

  --reports N  how many reports to post, 1 to 100000 (default 200)
  --once       end with the result: 0 when all is well, else 1 (default: stay up until ctrl-c)
  --help       show this text`;

const DEFAULT_REPORTS = 200;
const MAX_REPORTS = 100_000;

/**
 * Reads the command line.
 *
 * @returns the options, or `'help'`
 * @throws UsageError for unknown flags and values out of range
 */
export function parseOptions(args: readonly string[]): DemoOptions | 'help' {
  const values = parseFlags(args);
  if (values.help) return 'help';
  const text = values.reports ?? `${DEFAULT_REPORTS}`;
  const reports = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (reports < 1 || reports > MAX_REPORTS) {
    throw new UsageError(`--reports ${text}: expected a whole number from 1 to ${MAX_REPORTS}.`);
  }
  return { once: values.once ?? false, reports };
}

function parseFlags(args: readonly string[]): { once?: boolean; reports?: string; help?: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean' },
        reports: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
