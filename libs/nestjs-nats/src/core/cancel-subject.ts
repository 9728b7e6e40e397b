import { nuid } from '@nats-io/transport-node';
import type { ReplyPolicy } from './reply-policy.js';

/** How a server begins the reply subjects that it makes up between accounts. */
const MADE_UP = '_R_.';

const MARKED = /\.cancel\.[^.]+$/;

/** Gives the beginning of subjects on which streamed answers are called off; a token follows. */
export function newCancelPrefix(inboxPrefix: string): string {
  return `${inboxPrefix}.${nuid.next()}.cancel.`;
}

/**
 * Tells whether a frame's reply subject is one to call the stream off.
 *
 * Whoever answers chooses it, and the caller publishes there with its own permissions. So it must be
 * in an inbox, and have a mark that inboxes for answers do not have: a message without a payload would
 * be an answer there. Between accounts a server replaces the subject, with the mark; callers that
 * trust that prefix do without.
 */
export function isCancelSubject(subject: string, policy: ReplyPolicy): boolean {
  return (MARKED.test(subject) || subject.startsWith(MADE_UP)) && policy.allows(subject);
}
