/** Tells what Nest refuses as the pattern or data of a packet. */
export function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}
