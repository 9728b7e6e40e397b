/**
 * Every header that this transport reads or writes on its own account; `docs/wire.md` explains each.
 *
 * Names are compared as they are written: NATS headers are case-sensitive.
 */
export const HEADER = {
  /** The media type of the payload. Absent: the codec both sides agreed on, JSON by default. */
  contentType: 'Content-Type',
  /** On an error reply: a line for people (NATS micro, ADR-32). */
  serviceError: 'Nats-Service-Error',
  /** On an error reply: a number in the manner of HTTP (NATS micro, ADR-32). */
  serviceErrorCode: 'Nats-Service-Error-Code',
  /** On each frame of a streamed reply: its number, counted from 1. */
  replySequence: 'Reply-Sequence',
  /** On each frame of a streamed reply, and its end: which stream, as several may answer. */
  replyStream: 'Reply-Stream',
  /** On the last, empty frame of a streamed reply: the number of frames before it. */
  replyEnd: 'Reply-End',
  /** On a request whose caller has set a timeout: how many milliseconds it waits. */
  requestTimeout: 'Request-Timeout-Ms',
} as const;

const OWN = new Set(Object.values(HEADER).map((name) => name.toLowerCase()));

/**
 * Tells whether a header is not for applications to set: one of {@link HEADER}, or of NATS itself,
 * which reads commands from `Nats-*` headers.
 */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return lower.startsWith('nats-') || OWN.has(lower);
}
