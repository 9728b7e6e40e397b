/**
 * Is whether tests run at their full size: `HOSTILE_FULL=1`. Otherwise those that would take minutes
 * are smaller, by numbers alone: what they check is the same.
 */
export const FULL_SIZE = process.env['HOSTILE_FULL'] === '1';

/** Is what seeds what is made up at random; a failing test prints it. `HOSTILE_SEED` sets it. */
export const SEED = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 2 ** 31);

/** Chooses a number by the size of the run. */
export function sized(usual: number, full: number): number {
  return FULL_SIZE ? full : usual;
}
