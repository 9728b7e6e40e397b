import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { DEAD_LETTER_PREFIX, HEADER } from '../../message/header-table.js';

/** A message that could not be handled, as the dead-letter stream keeps it. */
export interface DeadLetter {
  /** Its sequence in the dead-letter stream, by which it is redriven and removed. */
  readonly sequence: number;
  /** The subject it has in the dead-letter stream. */
  readonly deadLetterSubject: string;
  /** When the dead-letter stream took it. */
  readonly storedAt: Date;
  /** The subject it was published on. Empty only if the message had no room to say so. */
  readonly subject: string;
  /** The payload, as it was. */
  readonly data: Uint8Array;
  /** The headers, as they were; without those of NATS, which act when they are published. */
  readonly headers: MsgHdrs;
  /** The stream it was in, and its sequence there; 0 when it is not told. */
  readonly stream: string;
  readonly streamSequence: number;
  /** The consumer that could not handle it. */
  readonly consumer: string;
  /** Why it was given up, see `docs/wire.md`. */
  readonly reason: string;
  /** How many attempts have failed; 0 when it is not told. */
  readonly attempts: number;
  readonly firstFailureAt: Date | undefined;
  readonly lastFailureAt: Date | undefined;
  /** The code of the last error. */
  readonly errorCode: string;
  /** The message of the last error. */
  readonly error: string;
  /** How long it was to be kept in its stream, as `Nats-TTL` said. */
  readonly ttl: string | undefined;
}

/** A message as a stream gives it. */
export interface StoredMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly storedAt: Date;
  readonly data: Uint8Array;
  readonly headers: MsgHdrs | undefined;
}

/** Reads a message of a dead-letter stream. What it does not tell is empty. */
export function readDeadLetter(stored: StoredMessage): DeadLetter {
  const all = stored.headers ?? headers();
  return {
    sequence: stored.sequence,
    deadLetterSubject: stored.subject,
    storedAt: stored.storedAt,
    subject: all.get(HEADER.deadLetterSubject),
    data: stored.data,
    headers: original(all),
    stream: all.get(HEADER.deadLetterStream),
    streamSequence: count(all.get(HEADER.deadLetterSequence)),
    consumer: all.get(HEADER.deadLetterConsumer),
    reason: all.get(HEADER.deadLetterReason),
    attempts: count(all.get(HEADER.deadLetterAttempts)),
    firstFailureAt: date(all.get(HEADER.deadLetterFirstFailure)),
    lastFailureAt: date(all.get(HEADER.deadLetterLastFailure)),
    errorCode: all.get(HEADER.deadLetterErrorCode),
    error: all.get(HEADER.deadLetterError),
    ttl: all.get(`${DEAD_LETTER_PREFIX}Nats-TTL`) || undefined,
  };
}

/** Gives the headers that the application had set. */
function original(all: MsgHdrs): MsgHdrs {
  const result = headers();
  for (const [name, values] of all) {
    const originalName = nameBefore(name);
    if (originalName === undefined) continue;
    for (const value of values) result.append(originalName, value);
  }
  return result;
}

/** Gives the name that a header of a dead letter had before, or nothing when it was not there. */
function nameBefore(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower.startsWith('nats-')) return undefined;
  if (!lower.startsWith('dead-letter-')) return name;
  // a dead letter that became one again
  return lower.startsWith('dead-letter-dead-letter-')
    ? name.slice(DEAD_LETTER_PREFIX.length)
    : undefined;
}

function count(text: string): number {
  const value = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(value) ? value : 0;
}

function date(text: string): Date | undefined {
  const value = new Date(text);
  return Number.isNaN(value.getTime()) ? undefined : value;
}
