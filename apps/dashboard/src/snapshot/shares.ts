/**
 * Gives the shares of some counts as whole percentages that add up to 100: what rounding down leaves
 * goes to those who lost most by it. Without anything to share, all are 0.
 */
export function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return counts.map(() => 0);
  const exact = counts.map((count) => (count / total) * 100);
  const shares = exact.map(Math.floor);
  const left = 100 - shares.reduce((sum, share) => sum + share, 0);
  const lost = (index: number): number => exact[index]! - shares[index]!;
  const neediest = [...counts.keys()].toSorted((one, other) => lost(other) - lost(one));
  for (const index of neediest.slice(0, left)) shares[index]!++;
  return shares;
}
