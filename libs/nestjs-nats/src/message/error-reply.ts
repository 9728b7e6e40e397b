import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { jsonCodec } from '../codec/json.js';
import type { RemoteErrorBody } from '../errors/remote-error.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import { HEADER } from './header-table.js';

/** An error as a responder answers it: what the caller may know, and nothing else. */
export interface ErrorReply {
  readonly body: RemoteErrorBody;
  readonly status: number;
}

const INTERNAL: ErrorReply = { body: { code: 'INTERNAL', message: 'Internal error' }, status: 500 };

/**
 * Chooses what a caller is told of a handler's failure.
 *
 * A plain `Error` is told as `INTERNAL`, with nothing of its text: Nest has logged it. What an
 * `RpcException` or an exception filter gives is meant for the caller and is passed on: a text, or
 * an object with `message` and optionally `code`, `details`, and `status` (a number).
 */
export function errorReply(failure: unknown): ErrorReply {
  if (isNatsTransportError(failure, 'DECODE_FAILED')) {
    return { body: { code: 'BAD_REQUEST', message: 'The payload cannot be read' }, status: 400 };
  }
  if (isNatsTransportError(failure, 'ENCODE_FAILED')) {
    return {
      body: { code: 'ENCODE_FAILED', message: 'The answer cannot be written' },
      status: 500,
    };
  }
  if (isNatsTransportError(failure, 'PAYLOAD_TOO_LARGE')) {
    return { body: { code: 'PAYLOAD_TOO_LARGE', message: 'The answer is too large' }, status: 500 };
  }
  if (isNatsTransportError(failure, 'UNAVAILABLE')) {
    return { body: { code: 'UNAVAILABLE', message: 'Too much work under way' }, status: 503 };
  }
  if (failure instanceof Error) return INTERNAL;
  if (typeof failure === 'string')
    return { body: { code: 'ERROR', message: failure }, status: 500 };
  if (typeof failure !== 'object' || failure === null) return INTERNAL;
  const { message, code, details, status } = failure as Record<string, unknown>;
  if (status === 'error' && message === 'Internal server error') return INTERNAL;
  return {
    body: {
      code: typeof code === 'string' && code !== '' ? code : 'ERROR',
      message: typeof message === 'string' ? message : 'Error',
      ...(details !== undefined && { details }),
    },
    status: isStatus(status) ? status : isStatus(code) ? code : 500,
  };
}

/** Writes the headers by which any NATS client recognises an error reply (ADR-32). */
export function errorReplyHeaders(reply: ErrorReply): MsgHdrs {
  const result = headers();
  // the body is JSON whatever codec the values have
  result.set(HEADER.contentType, jsonCodec.contentType);
  // header values end at a line break
  result.set(HEADER.serviceError, reply.body.message.replaceAll(/[\r\n]+/g, ' ').slice(0, 256));
  result.set(HEADER.serviceErrorCode, `${reply.status}`);
  return result;
}

/** Reads the body of an error reply, whoever wrote it; foreign responders may leave it empty. */
export function readErrorReply(decoded: unknown, reply: MsgHdrs): RemoteErrorBody {
  const fallback = reply.get(HEADER.serviceError) || 'The responder failed without saying why';
  if (typeof decoded !== 'object' || decoded === null) return { code: 'ERROR', message: fallback };
  const { code, message, details } = decoded as Record<string, unknown>;
  return {
    code: typeof code === 'string' && code !== '' ? code : 'ERROR',
    message: typeof message === 'string' ? message : fallback,
    ...(details !== undefined && { details }),
  };
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 100 && (value as number) <= 999;
}
