import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { headerBytes } from '../../core/encoded-headers.js';
import type { OutgoingMessage } from '../../core/publisher.js';
import { DEAD_LETTER_PREFIX, HEADER } from '../../message/header-table.js';
import type { GiveUpReason } from '../settlement/settlement.js';
import { failureFacts } from './failure-facts.js';

/** A message of a stream that nobody could handle. */
export interface DeadMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
  /** Nothing when there are none, or none that can be read. */
  readonly headers: MsgHdrs | undefined;
  readonly stream: string;
  readonly sequence: number;
  /** When the stream stored it, in milliseconds since 1970. */
  readonly storedAtMs: number;
  readonly consumer: string;
}

/** How it came to that. */
export interface Death {
  readonly reason: GiveUpReason;
  readonly error: unknown;
  /** How many attempts have failed. */
  readonly attempts: number;
  /** In milliseconds since 1970. */
  readonly firstFailureMs: number;
  readonly lastFailureMs: number;
}

/**
 * Makes a dead letter: the message as it was, with headers that say what became of it.
 *
 * A message that is about as large as the server takes has no room for all of them. The less
 * important ones are then left out, in the end all; the message itself is never cut.
 *
 * @param subject where dead letters go
 * @param maxBytes what the server accepts, headers included
 */
export function deadLetterMessage(
  dead: DeadMessage,
  death: Death,
  subject: string,
  maxBytes: number,
): OutgoingMessage {
  const { payload } = dead;
  const room = maxBytes - payload.length;
  for (const added of additions(dead, death)) {
    const head = withAdded(dead.headers, added);
    if (head === undefined || headerBytes(head) <= room) return { subject, payload, headers: head };
  }
  // written anew, headers may take a few bytes more than they came in
  return { subject, payload };
}

/**
 * Gives the id by which a dead letter that is published twice is stored once. The time tells streams
 * of one name apart, where one was deleted.
 */
export function deadLetterId({ stream, sequence, consumer, storedAtMs }: DeadMessage): string {
  return `${stream}:${sequence}:${consumer}:${storedAtMs}`;
}

type Header = readonly [name: string, value: string];

/** What may be added, the most first. */
function* additions(dead: DeadMessage, death: Death): Generator<readonly Header[]> {
  const { code, message } = failureFacts(death.error);
  const id: Header = [HEADER.msgId, deadLetterId(dead)];
  const subject: Header = [HEADER.deadLetterSubject, dead.subject];
  const where: Header[] = [
    subject,
    [HEADER.deadLetterStream, dead.stream],
    [HEADER.deadLetterSequence, `${dead.sequence}`],
    [HEADER.deadLetterConsumer, dead.consumer],
    [HEADER.deadLetterReason, death.reason],
    [HEADER.deadLetterAttempts, `${death.attempts}`],
    [HEADER.deadLetterFirstFailure, new Date(death.firstFailureMs).toISOString()],
    [HEADER.deadLetterLastFailure, new Date(death.lastFailureMs).toISOString()],
    [HEADER.deadLetterErrorCode, code],
  ];
  const copies = acting(dead.headers).map(([name, value]): Header => [
    `${DEAD_LETTER_PREFIX}${name}`,
    value,
  ]);
  yield [id, ...where, [HEADER.deadLetterError, message], ...copies];
  yield [id, ...where, [HEADER.deadLetterError, message.slice(0, 64)], ...copies];
  yield [id, ...where];
  yield [id, ...where.slice(0, 5)];
  yield [id, subject];
  yield [subject];
  yield [];
}

/** Puts the headers of an application and what is added together; nothing comes to none. */
function withAdded(original: MsgHdrs | undefined, added: readonly Header[]): MsgHdrs | undefined {
  const result = headers();
  for (const [name, values] of original ?? []) {
    if (!isActing(name)) for (const value of values) result.append(name, value);
  }
  for (const [name, value] of added) result.append(name, value);
  return result.keys().length === 0 ? undefined : result;
}

/** What would act again when it is published, or speak of another death. */
function acting(original: MsgHdrs | undefined): Header[] {
  return [...(original ?? [])].flatMap(([name, values]) =>
    isActing(name) ? values.map((value): Header => [name, value]) : [],
  );
}

function isActing(name: string): boolean {
  const lower = name.toLowerCase();
  return lower.startsWith('nats-') || lower.startsWith('dead-letter-');
}
