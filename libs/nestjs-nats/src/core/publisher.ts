import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import type { SharedConnection } from '../connection/shared-connection.js';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { EncodedHeaders, headerBytes } from './encoded-headers.js';

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
 * @throws NatsTransportError `PAYLOAD_TOO_LARGE`, `NOT_CONNECTED`, `BUFFER_FULL`
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
  assertSize(connection, subject, size);
  const bytes = size + protocolBytes(message);
  if (!window.hasRoom(connection, bytes))
    throw bufferFull(subject, window.waitingBytes, window.maxBytes);
  connection.publish(subject, payload, { headers, reply });
  window.add(connection, bytes);
  return connection;
}

/**
 * Checks that a message is not larger than the server takes.
 *
 * @throws NatsTransportError `PAYLOAD_TOO_LARGE`
 */
export function assertFits(connection: NatsConnection, message: OutgoingMessage): void {
  assertSize(connection, message.subject, bodyBytes(message));
}

/** Counts the bytes of a message, with about what the protocol adds. */
export function messageBytes(message: OutgoingMessage): number {
  return bodyBytes(message) + protocolBytes(message);
}

function assertSize(connection: NatsConnection, subject: string, size: number): void {
  const limit = connection.info?.max_payload;
  if (limit === undefined || size <= limit) return;
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

/** More cannot wait, neither in the process nor on its way. */
export function bufferFull(subject: string, bytes: number, limit: number): NatsTransportError {
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
