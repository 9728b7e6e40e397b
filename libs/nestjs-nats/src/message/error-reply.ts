import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { HttpException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { jsonCodec } from '../codec/json.js';
import type { RemoteErrorBody } from '../errors/remote-error.js';
import { HEADER } from './header-table.js';

/** An error as a responder answers it: what the caller may know, and nothing else. */
export interface ErrorReply {
  readonly body: RemoteErrorBody;
  /** A number in the manner of HTTP. */
  readonly status: number;
  /** What the handler or a filter made for the caller, as it is; peers on Nest's envelope get it. */
  readonly original?: unknown;
}

/** What a responder answers on its own account, before or after the handler. */
export const OWN_ERROR_REPLIES = {
  BAD_REQUEST: {
    body: { code: 'BAD_REQUEST', message: 'The payload cannot be read' },
    status: 400,
  },
  REQUEST_TOO_LARGE: {
    body: { code: 'PAYLOAD_TOO_LARGE', message: 'The request is too large' },
    status: 413,
  },
  UNAVAILABLE: { body: { code: 'UNAVAILABLE', message: 'Too much work under way' }, status: 503 },
  STOPPING: { body: { code: 'UNAVAILABLE', message: 'The responder stops' }, status: 503 },
  ENCODE_FAILED: {
    body: { code: 'ENCODE_FAILED', message: 'The answer cannot be written' },
    status: 500,
  },
  PAYLOAD_TOO_LARGE: {
    body: { code: 'PAYLOAD_TOO_LARGE', message: 'The answer is too large' },
    status: 500,
  },
  INTERNAL: { body: { code: 'INTERNAL', message: 'Internal error' }, status: 500 },
} as const satisfies Record<string, ErrorReply>;

const HTTP_CODES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  408: 'TIMEOUT',
  409: 'CONFLICT',
  410: 'GONE',
  412: 'PRECONDITION_FAILED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'UNPROCESSABLE',
  429: 'TOO_MANY_REQUESTS',
  503: 'UNAVAILABLE',
};

/**
 * Chooses what a caller is told of a handler's failure.
 *
 * What was made for the caller is passed on: the text or object of an `RpcException` or an exception
 * filter, and the response of an `HttpException` below 500. Everything else is told as `INTERNAL`,
 * with nothing of its text.
 */
export function errorReply(failure: unknown): ErrorReply {
  try {
    return chosenReply(failure);
  } catch {
    // a failure may itself throw when it is looked at
    return OWN_ERROR_REPLIES.INTERNAL;
  }
}

function chosenReply(failure: unknown): ErrorReply {
  if (failure instanceof RpcException) {
    const told: unknown = failure.getError();
    // an exception may give itself
    if (told === failure) return OWN_ERROR_REPLIES.INTERNAL;
    // as Nest's own filter does
    const isText = typeof told === 'string';
    return chosenReply(isText ? { status: 'error', message: told } : told);
  }
  if (failure instanceof HttpException) return ofHttp(failure);
  if (failure instanceof Error) return OWN_ERROR_REPLIES.INTERNAL;
  if (typeof failure === 'string') {
    return { body: { code: 'ERROR', message: failure }, status: 500, original: failure };
  }
  if (typeof failure !== 'object' || failure === null) return OWN_ERROR_REPLIES.INTERNAL;
  if (isNestInternalError(failure)) return OWN_ERROR_REPLIES.INTERNAL;
  const { status, code } = failure as Record<string, unknown>;
  return {
    body: bodyOf(failure, 'Error'),
    status: isStatus(status) ? status : isStatus(code) ? code : 500,
    original: failure,
  };
}

/** Tells whether this is what Nest makes of an exception it keeps from the caller. */
export function isNestInternalError(failure: unknown): boolean {
  try {
    const { status, message } = (failure ?? {}) as Record<string, unknown>;
    return status === 'error' && message === 'Internal server error';
  } catch {
    return false;
  }
}

/** Writes the headers by which any NATS client recognises an error reply (ADR-32). */
export function errorReplyHeaders(reply: ErrorReply): MsgHdrs {
  const result = headers();
  // the body is JSON whatever codec the values have
  result.set(HEADER.contentType, jsonCodec.contentType);
  // a header value ends at a line break
  result.set(HEADER.serviceError, reply.body.message.replaceAll(/[\r\n\0]+/g, ' ').slice(0, 256));
  result.set(HEADER.serviceErrorCode, `${reply.status}`);
  return result;
}

/** Reads the body of an error reply, whoever wrote it; foreign responders may leave it empty. */
export function readErrorBody(decoded: unknown, fallback: string): RemoteErrorBody {
  if (typeof decoded === 'string' && decoded !== '') return { code: 'ERROR', message: decoded };
  if (typeof decoded !== 'object' || decoded === null) return { code: 'ERROR', message: fallback };
  return bodyOf(decoded, fallback);
}

function bodyOf(value: object, fallback: string): RemoteErrorBody {
  const { code, message, details } = value as Record<string, unknown>;
  return {
    code: typeof code === 'string' && code !== '' ? code : 'ERROR',
    message: typeof message === 'string' ? message : fallback,
    ...(details !== undefined && { details }),
  };
}

function ofHttp(failure: HttpException): ErrorReply {
  const status = failure.getStatus();
  if (!isStatus(status) || (status >= 500 && status !== 503)) return OWN_ERROR_REPLIES.INTERNAL;
  const response = failure.getResponse();
  const code = HTTP_CODES[status] ?? 'ERROR';
  const { message } = Object(response) as Record<string, unknown>;
  // validation answers with a list of faults
  const details = Array.isArray(message) ? { faults: message } : undefined;
  const text =
    typeof response === 'string'
      ? response
      : typeof message === 'string'
        ? message
        : failure.message;
  return {
    body: { code, message: text, ...(details !== undefined && { details }) },
    status,
    original: { status: 'error', code, message: text, ...(details !== undefined && { details }) },
  };
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 100 && (value as number) <= 999;
}
