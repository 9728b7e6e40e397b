/** Gives the value below which a part `q` (0 to 1) of the values lie, in a straight line between two. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (at - below);
}

/** Gives the middle value: unlike a mean it does not move for one round that something disturbed. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Rounds to so many significant digits, as results are not more exact than that. */
export function rounded(value: number, digits = 4): number {
  return Number(value.toPrecision(digits));
}

/** Is how a subject stands to the base line. */
export interface Comparison {
  /** Over 1 is better than the base line, whatever is measured. */
  readonly ratio: number;
  /** The lowest and highest ratio of a single round. */
  readonly spread: readonly [low: number, high: number];
}

/**
 * Compares what was measured in turn: round `i` of both was taken within the same second, so that
 * what slowed one down has slowed the other down too.
 *
 * @param better whether higher values or lower ones are better
 */
export function compare(
  values: readonly number[],
  baseline: readonly number[],
  better: 'higher' | 'lower',
): Comparison {
  const ratios = values
    .slice(0, baseline.length)
    .map((value, i) => (better === 'higher' ? value / baseline[i]! : baseline[i]! / value));
  const [a, b] = [median(values), median(baseline)];
  return {
    ratio: better === 'higher' ? a / b : b / a,
    spread: [quantile(ratios, 0), quantile(ratios, 1)],
  };
}
