import { HttpException, HttpStatus } from '@nestjs/common';
import { isNatsTransportError, type NatsErrorCode } from 'nestjs-nats';

/** What programs are told, with which status. The pages have words of their own. */
const ANSWERS = {
  /** The queue is full. */
  busy: {
    status: HttpStatus.TOO_MANY_REQUESTS,
    message: 'Too many are waiting already. You were not put in the queue: try again in a moment.',
  },
  /** The queue cannot be reached, or cannot be used. */
  away: {
    status: HttpStatus.SERVICE_UNAVAILABLE,
    message: 'The queue is not available. You were not put in it: try again in a moment.',
  },
  /** The queue has not said whether it has the purchase. */
  unknown: {
    status: HttpStatus.SERVICE_UNAVAILABLE,
    message: 'The queue did not answer in time. Try again: nobody gets two.',
  },
};

/** Why a buyer has no ticket. */
export type RefusalReason = keyof typeof ANSWERS;

/** With these nothing was sent, or the stream has said no. */
const NOT_STORED: ReadonlySet<NatsErrorCode> = new Set<NatsErrorCode>([
  'BUFFER_FULL',
  'CONNECTION_FAILED',
  'JETSTREAM_DISABLED',
  'JETSTREAM_REFUSED',
  'NOT_CONNECTED',
  'NO_RESPONDERS',
  'SERVER_TOO_OLD',
  'STREAM_MISMATCH',
  'STREAM_NOT_FOUND',
  'UNAVAILABLE',
]);

/** Is thrown when a buyer gets no ticket. */
export class Refusal extends HttpException {
  constructor(
    readonly reason: RefusalReason,
    cause?: unknown,
  ) {
    super(ANSWERS[reason].message, ANSWERS[reason].status, { cause });
  }
}

/** Makes a {@link Refusal} of what NATS says; anything else is a fault of ours, and stays what it is. */
export function refusal(error: unknown): unknown {
  return isNatsTransportError(error) ? new Refusal(reasonOf(error.code), error) : error;
}

/** The status of a refusal, also of its page. */
export function statusOf(reason: RefusalReason): HttpStatus {
  return ANSWERS[reason].status;
}

/** Tells whether a word is a reason: addresses of pages end with one. */
export function isRefusalReason(word: string): word is RefusalReason {
  return Object.hasOwn(ANSWERS, word);
}

function reasonOf(code: NatsErrorCode): RefusalReason {
  if (code === 'STREAM_FULL') return 'busy';
  // "not in the queue" is said only where it is certain
  return NOT_STORED.has(code) ? 'away' : 'unknown';
}
