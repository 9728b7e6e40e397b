import { named } from '../errors/option-faults.js';
import { quote } from '../errors/quote.js';
import { subjectFault } from '../subject/subject.js';

/**
 * Decides to which reply subjects a responder publishes.
 *
 * The caller of a request chooses the reply subject, and the responder publishes there with its own
 * permissions: `$JS.API.STREAM.DELETE.X` would make it delete its stream. So only inboxes are
 * answered: `_INBOX.`, the connection's own prefix, and prefixes the application adds.
 */
export class ReplyPolicy {
  private readonly prefixes: readonly string[];

  /** @param prefixes inbox prefixes besides `_INBOX`, without the trailing dot */
  constructor(prefixes: readonly string[]) {
    this.prefixes = [...new Set(['_INBOX', ...prefixes])].map((prefix) => `${prefix}.`);
  }

  allows(reply: string): boolean {
    for (const prefix of this.prefixes) {
      if (reply.startsWith(prefix)) return subjectFault(reply) === undefined;
    }
    return false;
  }
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
