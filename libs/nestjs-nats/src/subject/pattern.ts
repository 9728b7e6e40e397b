import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { assertFilter } from './filter.js';

/** A pattern as a handler declares it, compiled to what NATS understands. */
export interface SubjectPattern {
  /** As written: `orders.:orderId.created`. */
  readonly pattern: string;
  /** As subscribed: `orders.*.created`. */
  readonly filter: string;
  /** Reads the named tokens off a subject that the filter received. */
  params(subject: string): Readonly<Record<string, string>>;
}

const NAMED = /^:([A-Za-z_][A-Za-z0-9_]*)$/;
const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});

/**
 * Compiles a handler's pattern: a token `:name` stands for one token whose value the handler reads
 * as `ctx.params.name`; `*` and `>` are the wildcards of NATS.
 *
 * @throws NatsTransportError `INVALID_SUBJECT` when it is no legal subscription, or when a name is
 * malformed or given twice
 */
export function compilePattern(pattern: string): SubjectPattern {
  if (typeof pattern !== 'string' || !pattern.includes(':')) {
    assertFilter(pattern);
    return { pattern, filter: pattern, params: () => NO_PARAMS };
  }
  const names = new Map<string, number>();
  const tokens = pattern.split('.').map((token, position) => {
    if (!token.startsWith(':')) return token;
    const name = NAMED.exec(token)?.[1];
    if (name === undefined)
      throw invalidName(pattern, token, 'a name is a letter or "_", then letters, digits or "_"');
    if (names.has(name)) throw invalidName(pattern, token, 'the name stands twice');
    if (name === '__proto__') throw invalidName(pattern, token, 'the name is reserved');
    names.set(name, position);
    return '*';
  });
  const filter = tokens.join('.');
  assertFilter(filter);
  if (names.size === 0) return { pattern, filter, params: () => NO_PARAMS };
  return {
    pattern,
    filter,
    params(subject) {
      const actual = subject.split('.');
      const params: Record<string, string> = {};
      for (const [name, position] of names) params[name] = actual[position] ?? '';
      return params;
    },
  };
}

function invalidName(pattern: string, token: string, why: string): NatsTransportError {
  return new NatsTransportError(
    'INVALID_SUBJECT',
    `Cannot use the pattern ${quote(pattern)}: in the named token ${quote(token)}, ${why}. ` +
      'Expected for example "orders.:orderId.created".',
    { details: { subject: pattern } },
  );
}
