const NANOS_PER_MS = 1_000_000;
const MAX_REASON_LENGTH = 256;

/** The message is done. */
export const ACK = Buffer.from('+ACK');

/** The message is still worked on: the time to acknowledge it begins anew. */
export const IN_PROGRESS = Buffer.from('+WPI');

/** The message is to come again, after so many milliseconds. */
export function nakPayload(delayMs: number): Uint8Array {
  if (delayMs === 0) return Buffer.from('-NAK');
  return Buffer.from(`-NAK {"delay":${delayMs * NANOS_PER_MS}}`);
}

/** The message never comes again; the reason is for advisories, in one line. */
export function termPayload(reason: string): Uint8Array {
  const line = reason.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_REASON_LENGTH);
  return Buffer.from(line === '' ? '+TERM' : `+TERM ${line}`);
}
