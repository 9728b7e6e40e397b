import { named } from '../errors/option-faults.js';
import { quote } from '../errors/quote.js';
import { matches, overlap } from '../subject/filter.js';
import { subjectFault } from '../subject/subject.js';

/**
 * Decides to which reply subjects a responder publishes.
 *
 * The caller of a request chooses the reply subject, and the responder publishes there with its own
 * permissions: `$JS.API.STREAM.DELETE.X` would make it delete its stream. So only inboxes are
 * answered: `_INBOX.`, the connection's own prefix, and prefixes the application adds. And of these not
 * what handlers of its own listen on, which would take the answer for a message.
 */
export class ReplyPolicy {
  private readonly prefixes: readonly string[];
  /** The filters of our own handlers that name an inbox; as good as always none. */
  private own: readonly string[] = [];

  /** @param prefixes inbox prefixes besides `_INBOX`, without the trailing dot */
  constructor(prefixes: readonly string[]) {
    this.prefixes = [...new Set(['_INBOX', ...prefixes])].map((prefix) => `${prefix}.`);
  }

  /**
   * Keeps answers from what our own handlers listen on.
   *
   * @param filters those of all handlers; one that begins with a wildcard names no inbox, and if it
   * counted nobody could be answered any more
   */
  keepOff(filters: readonly string[]): void {
    this.own = filters.filter(
      (filter) =>
        !isCatchAll(filter) && this.prefixes.some((prefix) => overlap(filter, `${prefix}>`)),
    );
  }

  allows(reply: string): boolean {
    return this.isInbox(reply) && !this.own.some((filter) => matches(filter, reply));
  }

  /** Tells whether a subject is one where answers may go. */
  isInbox(subject: string): boolean {
    for (const prefix of this.prefixes) {
      if (subject.startsWith(prefix)) return subjectFault(subject) === undefined;
    }
    return false;
  }
}

/** Tells whether a subscription takes whatever the first token of a subject is: inboxes too. */
export function isCatchAll(filter: string): boolean {
  return filter.startsWith('*') || filter.startsWith('>');
}

/** Says what is wrong with a `replyPrefixes` option. */
export function replyPrefixesFaults(prefixes: unknown): string[] {
  // a text would be taken for the list of its characters
  if (!Array.isArray(prefixes)) return ['replyPrefixes: expected a list of texts'];
  return prefixes.flatMap((prefix: unknown) =>
    named(`replyPrefixes: ${quote(prefix)}`, prefixFault(prefix)),
  );
}

function prefixFault(prefix: unknown): string | undefined {
  if (typeof prefix === 'string' && prefix.startsWith('$'))
    return 'it is a subject space of the server';
  return subjectFault(prefix);
}
