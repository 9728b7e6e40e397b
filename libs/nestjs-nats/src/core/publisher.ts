import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import type { SharedConnection } from '../connection/shared-connection.js';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { EncodedHeaders, headerBytes } from './encoded-headers.js';
import { refusalsOf } from './send-refusals.js';

/** Bytes on their way to a subject. */
export interface OutgoingMessage {
  /** A literal subject that has been checked. */
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers?: MsgHdrs;
  /** The reply subject, when an answer is expected. */
  readonly reply?: string;
}

/**
 * Hands one message to a live connection.
 *
 * The client library queues while it is disconnected and drops the queue when it reconnects, so
 * nothing is handed to it then.
 *
 * @throws NatsTransportError `PAYLOAD_TOO_LARGE`, `INVALID_SUBJECT` when that is too long, `NOT_CONNECTED`,
 * `BUFFER_FULL`
 */
export function publishNow(shared: SharedConnection, message: OutgoingMessage): NatsConnection {
  const connection = shared.current;
  if (connection === undefined || !shared.isUp || connection.isClosed()) {
    throw notConnected(shared, message.subject);
  }
  const { window } = shared;
  const { subject, payload, reply } = message;
  const headers = message.headers && new EncodedHeaders(message.headers);
  const size = payload.length + (headers?.bytes.length ?? 0);
  assertSize(shared, connection, subject, size);
  const bytes = size + protocolBytes(message);
  if (!window.hasRoom(connection, bytes))
    throw bufferFull(shared, subject, window.waitingBytes, window.maxBytes);
  connection.publish(subject, payload, { headers, reply });
  window.add(connection, bytes);
  return connection;
}

/**
 * Checks that a message is not larger than the server takes, and its subject not longer than may be.
 *
 * @throws NatsTransportError `PAYLOAD_TOO_LARGE`, `INVALID_SUBJECT`
 */
export function assertFits(
  shared: SharedConnection,
  connection: NatsConnection,
  message: OutgoingMessage,
): void {
  assertSize(shared, connection, message.subject, bodyBytes(message));
}

/** Counts the bytes of a message, with about what the protocol adds. */
export function messageBytes(message: OutgoingMessage): number {
  return bodyBytes(message) + protocolBytes(message);
}

function assertSize(
  shared: SharedConnection,
  connection: NatsConnection,
  subject: string,
  size: number,
): void {
  const { maxSubjectBytes } = shared.options;
  // a UTF-16 unit takes at most three bytes, so short subjects need no count
  if (subject.length * 3 > maxSubjectBytes && Buffer.byteLength(subject) > maxSubjectBytes)
    throw subjectTooLong(shared, subject, maxSubjectBytes);
  const limit = connection.info?.max_payload;
  if (limit === undefined || size <= limit) return;
  refusalsOf(shared).tooLarge++;
  throw new NatsTransportError(
    'PAYLOAD_TOO_LARGE',
    `Cannot publish ${size} bytes on ${quote(subject)}: the server accepts ${limit} (max_payload). ` +
      'Send less, or raise max_payload on the server.',
    { details: { subject, size, limit } },
  );
}

function bodyBytes({ payload, headers }: OutgoingMessage): number {
  return payload.length + (headers === undefined ? 0 : headerBytes(headers));
}

function protocolBytes({ subject, reply = '' }: OutgoingMessage): number {
  return 'HPUB   000000 000000\r\n\r\n'.length + subject.length + reply.length;
}

function subjectTooLong(
  shared: SharedConnection,
  subject: string,
  limit: number,
): NatsTransportError {
  refusalsOf(shared).tooLarge++;
  const size = Buffer.byteLength(subject);
  return new NatsTransportError(
    'INVALID_SUBJECT',
    `Cannot publish on ${quote(subject)}: the subject has ${size} bytes, of ${limit} that it may have ` +
      '(maxSubjectBytes). Nothing was sent; use a shorter one.',
    { details: { subject, size, limit } },
  );
}

/** More cannot wait, neither in the process nor on its way. It is counted. */
export function bufferFull(
  shared: SharedConnection,
  subject: string,
  bytes: number,
  limit: number,
): NatsTransportError {
  refusalsOf(shared).bufferFull++;
  return new NatsTransportError(
    'BUFFER_FULL',
    `Cannot publish on ${quote(subject)}: ${bytes} bytes wait to be sent already, of ${limit} that may. ` +
      'Nothing was sent; await what is published, or publish less at a time.',
    { details: { subject, bytes, limit } },
  );
}

function notConnected(shared: SharedConnection, subject: string): NatsTransportError {
  return new NatsTransportError(
    'NOT_CONNECTED',
    `Cannot publish on ${quote(subject)}: not connected to NATS at ${shared.options.servers.join(', ')}. ` +
      'Nothing was sent; try again when the status is "connected".',
    { details: { subject } },
  );
}
