import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { tokenFault } from './subject.js';

/**
 * Says what is wrong with `filter` as a subscription subject, or nothing when it may be used.
 *
 * `*` stands for exactly one token, `>` for one or more trailing tokens; both only as whole tokens.
 */
export function filterFault(filter: unknown): string | undefined {
  const fault = tokenFault(filter);
  if (fault !== undefined) return fault;
  const text = filter as string;
  const rest = text.indexOf('>');
  if (rest === -1) return undefined;
  const tokens = text.split('.');
  const at = tokens.indexOf('>');
  return at === -1 || at === tokens.length - 1
    ? undefined
    : 'the wildcard ">" stands before the last token';
}

/**
 * Checks a subscription subject.
 *
 * @throws NatsTransportError `INVALID_SUBJECT`
 */
export function assertFilter(filter: string): void {
  const fault = filterFault(filter);
  if (fault === undefined) return;
  throw new NatsTransportError(
    'INVALID_SUBJECT',
    `Cannot subscribe to ${quote(filter)}: ${fault}. ` +
      'Expected non-empty tokens separated by ".", with "*" for one token and ">" for the rest.',
    { details: { subject: filter } },
  );
}

/** Says what is wrong with `queue` as a queue group name, or nothing when it may be used. */
export function queueFault(queue: unknown): string | undefined {
  return tokenFault(queue);
}

/** Tells whether `subject` is one that a subscription to `filter` receives. */
export function matches(filter: string, subject: string): boolean {
  if (filter === subject) return true;
  const expected = filter.split('.');
  const actual = subject.split('.');
  for (const [i, token] of expected.entries()) {
    if (token === '>') return actual.length > i;
    if (i >= actual.length) return false;
    if (token !== '*' && token !== actual[i]) return false;
  }
  return expected.length === actual.length;
}

/** Tells whether there is a subject that subscriptions to both filters receive. */
export function overlap(one: string, other: string): boolean {
  const left = one.split('.');
  const right = other.split('.');
  for (let i = 0; i < left.length && i < right.length; i++) {
    if (left[i] === '>' || right[i] === '>') return true;
    if (left[i] !== '*' && right[i] !== '*' && left[i] !== right[i]) return false;
  }
  return left.length === right.length;
}

/** Tells whether a subscription to `wide` receives every subject that one to `narrow` receives. */
export function covers(wide: string, narrow: string): boolean {
  const expected = wide.split('.');
  const actual = narrow.split('.');
  for (const [i, token] of expected.entries()) {
    if (token === '>') return actual.length > i;
    // ">" stands for more tokens than any one here
    if (i >= actual.length || actual[i] === '>') return false;
    if (token !== '*' && token !== actual[i]) return false;
  }
  return expected.length === actual.length;
}
