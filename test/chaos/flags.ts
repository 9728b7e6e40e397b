import { parseArgs } from 'node:util';
import { type ChaosOptions, DEFAULTS } from './chaos-options.js';

/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What the command line asks for. */
export interface Flags extends ChaosOptions {
  /** The folder of the report. */
  readonly out: string;
}

const NUMBERS = {
  messages: { default: 100_000, min: 100, max: 10_000_000 },
  kills: { default: 10, min: 0, max: 1_000 },
  seed: { default: DEFAULTS.seed, min: 0, max: 2 ** 32 - 1 },
  workers: { default: DEFAULTS.workers, min: 1, max: 32 },
  concurrency: { default: DEFAULTS.concurrency, min: 1, max: 4_096 },
} as const;

const DEFAULT_OUT = 'data/chaos';

/** The text of `--help`. */
export const USAGE = `Usage: npm run chaos -- [options]

Publishes numbered messages to a JetStream stream and handles them, each in processes of their own; kills
servers and workers with kill -9 at random moments; and compares what was acknowledged with what was handled.

  --messages N     how many messages, 100 to 10000000 (default ${NUMBERS.messages.default})
  --kills N        how many processes to kill, every other one a server (default ${NUMBERS.kills.default})
  --cluster        three servers with a stream on all of them (default: a single server)
  --seed N         decides who is killed and when (default ${NUMBERS.seed.default})
  --workers N      how many processes consume (default ${NUMBERS.workers.default})
  --concurrency N  how many messages each of them handles at a time (default ${NUMBERS.concurrency.default})
  --out DIR        where report.md, report.json and delivery.svg go (default ${DEFAULT_OUT})
  --help           show this text

Ends with 0 when every promise was kept, with 1 when one was broken, with 2 for a wrong command line.`;

/**
 * Reads the command line.
 *
 * @returns the options, or `'help'`
 * @throws UsageError for unknown flags and values out of range, all of them at once
 */
export function parseFlags(args: readonly string[]): Flags | 'help' {
  const values = read(args);
  if (values.help) return 'help';
  const faults: string[] = [];
  const number = (name: keyof typeof NUMBERS): number => {
    const { default: normal, min, max } = NUMBERS[name];
    const text = values[name];
    if (text === undefined) return normal;
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(value >= min && value <= max)) {
      faults.push(`--${name} ${text}: expected a whole number from ${min} to ${max}.`);
    }
    return value;
  };
  const flags: Flags = {
    messages: number('messages'),
    faults: number('kills'),
    seed: number('seed'),
    workers: number('workers'),
    concurrency: number('concurrency'),
    cluster: values.cluster ?? DEFAULTS.cluster,
    kinds: DEFAULTS.kinds,
    workMs: DEFAULTS.workMs,
    out: values.out ?? DEFAULT_OUT,
  };
  if (flags.out === '') faults.push('--out: expected a folder.');
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return flags;
}

type Read = Partial<Record<keyof typeof NUMBERS | 'out', string>> & {
  cluster?: boolean;
  help?: boolean;
};

function read(args: readonly string[]): Read {
  const text = { type: 'string' } as const;
  const options = {
    messages: text,
    kills: text,
    seed: text,
    workers: text,
    concurrency: text,
    out: text,
    cluster: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
