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
