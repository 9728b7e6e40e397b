import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { headerBytes } from '../../core/encoded-headers.js';
import { HEADER } from '../../message/header-table.js';
import { subjectFault } from '../../subject/subject.js';
import type { DeadLetter } from './read-dead-letter.js';

/** Says why the message of a dead letter may not be published again, or nothing. */
export function redriveFault({ subject }: Pick<DeadLetter, 'subject'>): string | undefined {
  const fault = subjectFault(subject);
  if (fault !== undefined) return fault;
  // whoever can write a dead letter could have the operator's credentials command the server
  return /^(\$JS|\$SYS|_INBOX|_R_)\./.test(subject)
    ? 'NATS takes commands and answers there, and no stream does'
    : undefined;
}

/** The message of a dead letter as it is published again. */
export interface RedriveMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: MsgHdrs | undefined;
}

/**
 * Gives the message of a dead letter as it is published again. Its id names the dead letter: the
 * message's own one, which the stream may still remember, would have it taken for a repeat.
 *
 * @param deadStream the stream that keeps the dead letter
 * @param maxBytes what the server accepts, headers included; the id is left out when it has no room
 */
export function redriveMessage(
  { subject, data, headers: own, ttl, sequence, storedAt }: DeadLetter,
  deadStream: string,
  maxBytes: number,
): RedriveMessage {
  const sent = headers();
  for (const [name, values] of own) for (const value of values) sent.append(name, value);
  if (ttl !== undefined) sent.set(HEADER.ttl, ttl);
  sent.set(HEADER.msgId, `redrive:${deadStream}:${sequence}:${storedAt.getTime()}`);
  if (data.length + headerBytes(sent) > maxBytes) sent.delete(HEADER.msgId);
  return { subject, payload: data, headers: sent.keys().length === 0 ? undefined : sent };
}
