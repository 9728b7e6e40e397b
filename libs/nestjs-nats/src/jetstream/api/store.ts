import type { Requester, RequestMessage } from '../../core/requester.js';
import { quote } from '../../errors/quote.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import { type ApiErrorBody, apiError } from './api-error.js';

/** Where a stream has put a message. */
export interface StoredAt {
  readonly stream: string;
  readonly sequence: number;
  /** Whether the message was there already, by its `Nats-Msg-Id`. */
  readonly duplicate: boolean;
}

/**
 * Publishes a message, and waits until a stream has stored it. Answers of others who listen on the
 * subject are not taken for it.
 *
 * @throws NatsTransportError `STREAM_NOT_FOUND` when no stream takes the subject, what the stream's
 * refusal stands for (`STREAM_FULL`, …), `TIMEOUT`, `CONNECTION_LOST`, `NOT_CONNECTED`,
 * `PAYLOAD_TOO_LARGE`, `PERMISSION_DENIED`, `INVALID_SUBJECT`
 */
export function store(requester: Requester, message: RequestMessage): Promise<StoredAt> {
  const { subject } = message;
  return new Promise((resolve, reject) => {
    const request = requester.open(message, {
      reply: ({ data }) => {
        const answer = read(data);
        if (answer === undefined) return;
        request.close();
        if ('error' in answer) {
          reject(
            apiError(`Cannot store a message on ${quote(subject)}`, answer.error, { subject }),
          );
        } else resolve(answer);
      },
      fail: (error) =>
        reject(isNatsTransportError(error, 'NO_RESPONDERS') ? noStream(subject, error) : error),
    });
  });
}

function read(data: Uint8Array): StoredAt | { error: ApiErrorBody } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    // the answer of somebody else
    return undefined;
  }
  const { stream, seq, duplicate, error } = Object(value) as Record<string, unknown>;
  if (typeof error === 'object' && error !== null) return { error: error as ApiErrorBody };
  if (typeof stream !== 'string' || !Number.isSafeInteger(seq)) return undefined;
  return { stream, sequence: seq as number, duplicate: duplicate === true };
}

function noStream(subject: string, cause: NatsTransportError): NatsTransportError {
  return new NatsTransportError(
    'STREAM_NOT_FOUND',
    `Cannot store a message on ${quote(subject)}: no stream takes the subject, and nobody else listens.`,
    { cause, details: { subject } },
  );
}
