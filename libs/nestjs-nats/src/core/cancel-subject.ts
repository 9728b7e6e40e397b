import { nuid } from '@nats-io/transport-node';
import type { ReplyPolicy } from './reply-policy.js';

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
 * be an answer there.
 */
export function isCancelSubject(subject: string, policy: ReplyPolicy): boolean {
  return MARKED.test(subject) && policy.allows(subject);
}
