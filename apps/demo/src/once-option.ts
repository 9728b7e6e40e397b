import { parseArgs } from 'node:util';
import { UsageError } from './options.js';

/** What the command line of a demo asks for that has one flag. */
export interface OnceOption {
  /** End when the result is known, instead of staying up until ctrl-c. */
  readonly once: boolean;
}

/** Reads `--once` and `--help`. @throws UsageError for anything else */
export function parseOnce(args: readonly string[]): OnceOption | 'help' {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { once: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    return values.help ? 'help' : { once: values.once ?? false };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
