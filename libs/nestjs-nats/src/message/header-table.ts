/**
 * Every header that this transport reads or writes on its own account; `docs/wire.md` explains each.
 *
 * Names are compared as they are written: NATS headers are case-sensitive.
 */
export const HEADER = {
  /** The media type of the payload. Absent: the codec both sides agreed on, JSON by default. */
  contentType: 'Content-Type',
  /** On an error reply: a line for people (NATS micro, ADR-32). */
  serviceError: 'Nats-Service-Error',
  /** On an error reply: a number in the manner of HTTP (NATS micro, ADR-32). */
  serviceErrorCode: 'Nats-Service-Error-Code',
  /** On each frame of a streamed reply: its number, counted from 1. */
  replySequence: 'Reply-Sequence',
  /** On each frame of a streamed reply, and its end: which stream, as several may answer. */
  replyStream: 'Reply-Stream',
  /** On the last, empty frame of a streamed reply: the number of frames before it. */
  replyEnd: 'Reply-End',
  /** On a request whose caller has set a timeout: how many milliseconds it waits. */
  requestTimeout: 'Request-Timeout-Ms',
  /** On a message to a stream: its id, by which the stream knows a second copy. */
  msgId: 'Nats-Msg-Id',
  /** On a message to a stream: the only stream that may store it. */
  expectedStream: 'Nats-Expected-Stream',
  /** On a message to a stream: the sequence of the stream's last message. */
  expectedLastSequence: 'Nats-Expected-Last-Sequence',
  /** On a message to a stream: the sequence of the last message on the same subject. */
  expectedLastSubjectSequence: 'Nats-Expected-Last-Subject-Sequence',
  /** On a message to a stream: the id of the stream's last message. */
  expectedLastMsgId: 'Nats-Expected-Last-Msg-Id',
  /** On a message to a stream: after how many seconds the stream drops it, or `never`. */
  ttl: 'Nats-TTL',
  /** On a delayed message: when the stream puts it on its subject. */
  schedule: 'Nats-Schedule',
  /** On a delayed message: the subject it is put on. */
  scheduleTarget: 'Nats-Schedule-Target',
  /** On a delayed message: what `Nats-TTL` is when it is put there. */
  scheduleTtl: 'Nats-Schedule-TTL',
  /** On a message of an atomic batch: which batch. */
  batchId: 'Nats-Batch-Id',
  /** On a message of an atomic batch: its place, counted from 1. */
  batchSequence: 'Nats-Batch-Sequence',
  /** On the last message of an atomic batch: store them all. */
  batchCommit: 'Nats-Batch-Commit',
  /** On a dead letter: the subject it was published on. */
  deadLetterSubject: 'Dead-Letter-Subject',
  /** On a dead letter: the stream it was in. */
  deadLetterStream: 'Dead-Letter-Stream',
  /** On a dead letter: its sequence in that stream. */
  deadLetterSequence: 'Dead-Letter-Sequence',
  /** On a dead letter: the consumer that could not handle it. */
  deadLetterConsumer: 'Dead-Letter-Consumer',
  /** On a dead letter: why it was given up, a word of a fixed list. */
  deadLetterReason: 'Dead-Letter-Reason',
  /** On a dead letter: how many attempts have failed. */
  deadLetterAttempts: 'Dead-Letter-Attempts',
  /** On a dead letter: when the first attempt failed, in ISO 8601. */
  deadLetterFirstFailure: 'Dead-Letter-First-Failure',
  /** On a dead letter: when the last attempt failed, in ISO 8601. */
  deadLetterLastFailure: 'Dead-Letter-Last-Failure',
  /** On a dead letter: the code of the last error, for programs. */
  deadLetterErrorCode: 'Dead-Letter-Error-Code',
  /** On a dead letter: the message of the last error, in one line; never a stack. */
  deadLetterError: 'Dead-Letter-Error',
} as const;

/**
 * Stands before what a dead letter has of headers that would act again, or speak of an earlier death:
 * `Nats-Msg-Id` is kept as `Dead-Letter-Nats-Msg-Id`.
 */
export const DEAD_LETTER_PREFIX = 'Dead-Letter-';

const OWN = new Set(Object.values(HEADER).map((name) => name.toLowerCase()));

/**
 * Tells whether a header is not for applications to set: one of {@link HEADER}, one of a dead letter,
 * or of NATS itself, which reads commands from `Nats-*` headers.
 */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return lower.startsWith('nats-') || lower.startsWith('dead-letter-') || OWN.has(lower);
}
