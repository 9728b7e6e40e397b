import { compilePattern, matches, type NatsOperation } from '../index.js';

/** Is how many subjects are remembered with their template. */
const MAX_REMEMBERED = 1024;

/** Names the destinations of messages so that there are few: by patterns, and not by subjects. */
export class Destinations {
  private readonly known: readonly (readonly [filter: string, pattern: string])[];
  private readonly remembered = new Map<string, string | undefined>();

  /** @param patterns what an application publishes on, as it declares handlers; the first that matches counts */
  constructor(patterns: readonly string[]) {
    this.known = patterns.map((pattern) => [compilePattern(pattern).filter, pattern]);
  }

  /**
   * Gives the pattern a message belongs to, if there is one: its handler's, one that was declared, or
   * the declared subject of its stream.
   */
  template(operation: NatsOperation): string | undefined {
    if (operation.kind === 'process') return operation.context.pattern;
    const declared = this.known.length === 0 ? undefined : this.find(operation.subject);
    return declared ?? (operation.kind === 'publish' ? operation.streamSubject : undefined);
  }

  private find(subject: string): string | undefined {
    const known = this.remembered.get(subject);
    if (known !== undefined || this.remembered.has(subject)) return known;
    const found = this.known.find(([filter]) => matches(filter, subject))?.[1];
    if (this.remembered.size < MAX_REMEMBERED) this.remembered.set(subject, found);
    return found;
  }
}

/** Tells whether a subject is an inbox of the usual name, made up for one answer. */
export function isInbox(subject: string): boolean {
  return subject.startsWith('_INBOX.');
}

/**
 * Makes of a subject a name for a span where no pattern is known: what has a digit in it is most
 * probably an id, and is left out.
 */
export function withoutIds(subject: string): string {
  if (isInbox(subject)) return '_INBOX.>';
  if (!/\d/.test(subject)) return subject;
  return subject
    .split('.')
    .map((token) => (/\d/.test(token) ? '*' : token))
    .join('.');
}
