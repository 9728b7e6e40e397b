import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Flags {
  /** Fewer and shorter rounds: a first look, in under a minute. */
  readonly quick: boolean;
  readonly growth: boolean;
  readonly list: boolean;
  readonly help: boolean;
  /** Takes part twice as the base line, to show how much is noise. */
  readonly noise: boolean;
  /** Takes part with tracing and metrics too, without an SDK. */
  readonly otel: boolean;
  /** Takes part as the client with Nest's handlers and nothing between them. */
  readonly floor: boolean;
  /** The scenarios to run. */
  readonly only: readonly string[];
  /** How often all processes are started anew. */
  readonly epochs: number;
  /** Where the result goes; the picture stands beside it. */
  readonly json: string | undefined;
  /** A folder for CPU profiles of all processes. */
  readonly profile: string | undefined;
}

export const USAGE = `usage: npm run bench -- [flags]

  --quick         fewer and shorter rounds, in under a minute
  --only ID,ID    only these scenarios
  --epochs N      start all processes N times; medians over all (default 1)
  --json FILE     write the result there, and the picture beside it
                  (default bench/results/latest.json)
  --growth        how cost grows with handlers, payload and concurrency, instead of the scenarios
  --noise         let the raw client take part twice, to show what is noise
  --otel          let nestjs-nats take part with telemetry too that nobody records
  --floor         let the client take part with Nest's handlers and nothing between them
  --profile DIR   write CPU profiles of all processes; see bench/README.md
  --list          name the scenarios
  --help          this text`;

/** Says what is wrong with the command line. */
export class FlagError extends Error {}

/**
 * Reads the command line.
 *
 * @param known the ids of all scenarios
 * @throws FlagError that names the flag and what it takes
 */
export function parseFlags(args: readonly string[], known: readonly string[]): Flags {
  const values = parse(args);
  const only = values.only === undefined ? [...known] : idsOf(values.only, known);
  if (values.growth === true && values.only !== undefined)
    throw new FlagError('--growth runs scenarios of its own: leave --only out');
  return {
    quick: values.quick ?? false,
    growth: values.growth ?? false,
    list: values.list ?? false,
    help: values.help ?? false,
    noise: values.noise ?? false,
    otel: values.otel ?? false,
    floor: values.floor ?? false,
    only,
    epochs: epochsOf(values.epochs ?? '1'),
    json: values.json === undefined ? undefined : jsonFile(values.json),
    profile: values.profile,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean' },
        growth: { type: 'boolean' },
        list: { type: 'boolean' },
        help: { type: 'boolean' },
        noise: { type: 'boolean' },
        otel: { type: 'boolean' },
        floor: { type: 'boolean' },
        only: { type: 'string' },
        epochs: { type: 'string' },
        json: { type: 'string' },
        profile: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new FlagError((error as Error).message, { cause: error });
  }
}

function idsOf(text: string, known: readonly string[]): string[] {
  const ids = text.split(',').map((id) => id.trim());
  const unknown = ids.filter((id) => !known.includes(id));
  if (unknown.length === 0) return [...new Set(ids)];
  throw new FlagError(
    `--only: no scenario is called ${unknown.map((id) => `"${id}"`).join(', ')}; ` +
      `there are ${known.join(', ')}`,
  );
}

function epochsOf(text: string): number {
  const epochs = Number(text);
  if (/^\d+$/.test(text) && epochs >= 1 && epochs <= 100) return epochs;
  throw new FlagError(`--epochs: expected a whole number from 1 to 100, got "${text}"`);
}

function jsonFile(path: string): string {
  if (path.endsWith('.json')) return path;
  throw new FlagError(`--json: expected the name of a .json file, got "${path}"`);
}
