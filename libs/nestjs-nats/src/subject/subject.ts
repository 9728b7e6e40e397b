import { describe, quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { isVisibleAscii } from './visible-ascii.js';

/**
 * Is the longest subject we send, in bytes of UTF-8.
 *
 * A server closes the connection on a protocol line over `max_control_line` (4096 bytes by
 * default), which holds the subject, the reply subject and two sizes.
 */
export const MAX_SUBJECT_BYTES = 2048;

// Space and control characters end a word or a line of the protocol; a server does not refuse them all.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0020\u007f]/u;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Says what is wrong with `subject` as text made of tokens, or nothing when it is well formed.
 *
 * Wildcards are not looked at. The rule: one or more non-empty tokens separated by `.`, without
 * white space and control characters, case-sensitive.
 * @see https://docs.nats.io/nats-concepts/subjects
 */
export function tokenFault(subject: unknown): string | undefined {
  if (typeof subject !== 'string') return `it is ${describe(subject)}, not a string`;
  if (subject === '') return 'it is empty';
  if (!isVisibleAscii(subject)) {
    const forbidden = FORBIDDEN.exec(subject);
    if (forbidden) return `it contains ${nameOf(forbidden[0])} at position ${forbidden.index}`;
    if (LONE_SURROGATE.test(subject)) return 'it contains half a surrogate pair';
  }
  if (subject.startsWith('.') || subject.endsWith('.') || subject.includes('..')) {
    return 'it has an empty token (a dot at an end, or two in a row)';
  }
  // a UTF-16 unit takes at most three bytes, so short subjects need no count
  if (
    subject.length * 3 > MAX_SUBJECT_BYTES &&
    Buffer.byteLength(subject, 'utf8') > MAX_SUBJECT_BYTES
  ) {
    return `it is longer than ${MAX_SUBJECT_BYTES} bytes`;
  }
  return undefined;
}

/** Says what is wrong with `subject` as one to publish on, or nothing when it may be sent. */
export function subjectFault(subject: unknown): string | undefined {
  const fault = tokenFault(subject);
  if (fault !== undefined) return fault;
  const text = subject as string;
  if (!text.includes('*') && !text.includes('>')) return undefined;
  const wildcard = text.split('.').find((token) => token === '*' || token === '>');
  return wildcard === undefined
    ? undefined
    : `it has the wildcard "${wildcard}", which only subscriptions may use`;
}

// Programs publish on few subjects many times: a verdict once reached is kept, up to a bound, so
// that a flood of different subjects cannot fill the memory.
const KNOWN_GOOD = new Set<string>();
const KNOWN_GOOD_MAX = 1024;

/**
 * Checks a subject to publish or request on, before anything reaches the wire.
 *
 * @throws NatsTransportError `INVALID_SUBJECT`
 */
export function assertSubject(subject: string): void {
  if (KNOWN_GOOD.has(subject)) return;
  const fault = subjectFault(subject);
  if (fault !== undefined) {
    throw new NatsTransportError(
      'INVALID_SUBJECT',
      `Cannot publish on subject ${quote(subject)}: ${fault}. ` +
        'Expected non-empty tokens separated by ".", for example "orders.created".',
      { details: { subject } },
    );
  }
  // those of the server, for acknowledgements and keys, are different each time
  if (KNOWN_GOOD.size < KNOWN_GOOD_MAX && !subject.startsWith('$')) KNOWN_GOOD.add(subject);
}

function nameOf(char: string): string {
  if (char === ' ') return 'a space';
  const names: Record<string, string> = { '\t': 'a tab', '\r': 'CR', '\n': 'LF', '\u0000': 'NUL' };
  return (
    names[char] ?? `the control character U+${char.codePointAt(0)!.toString(16).padStart(4, '0')}`
  );
}
