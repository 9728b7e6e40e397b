import type { MsgHdrs } from '@nats-io/transport-node';
import type { NatsMessageContext } from '../message/context.js';

/** An event on its way out. */
export interface PublishOperation {
  readonly kind: 'publish';
  readonly subject: string;
  readonly data: unknown;
  /** What will be sent; headers set here travel with the message. */
  readonly headers: MsgHdrs;
}

/** A request on its way out. */
export interface RequestOperation {
  readonly kind: 'request';
  readonly subject: string;
  readonly data: unknown;
  /** What will be sent; headers set here travel with the message. */
  readonly headers: MsgHdrs;
}

/** A message that came in, on its way to its handler. */
export interface ProcessOperation {
  readonly kind: 'process';
  readonly subject: string;
  /** The payload, decoded. */
  readonly data: unknown;
  readonly context: NatsMessageContext;
  /** What the handler is for. */
  readonly handler: 'event' | 'request';
}

/** What an interceptor stands around. */
export type NatsOperation = PublishOperation | RequestOperation | ProcessOperation;

/**
 * Stands around every message that goes out or comes in: it may do something before, after, or
 * instead, and see how it ended. The first in a list is the outermost.
 *
 * `next()` runs the rest, once. What it resolves to: for `publish`, the acknowledgement of a stream,
 * or nothing for core NATS, which is not replaced by what the interceptor returns; for `request`, the
 * answer, which is replaced by what the interceptor returns; several answers, streamed or gathered,
 * pass by as they come, and it resolves to nothing at their end; for `process`, nothing, when the
 * message has been handled and all answers are sent. It rejects with what went wrong; what the
 * interceptor throws takes its place. An interceptor that keeps a failure of `process` to itself makes
 * it a success: the caller of a request gets an empty answer, or the end of a streamed one, and a
 * message of a stream is acknowledged.
 *
 * An interceptor may come to its end before `next()` does, as one with a time limit. That is then the
 * outcome: the caller of a request is answered at once, the rest of its answer is dropped, and the
 * handler's signal aborts. The handler keeps its place in `concurrency` until it has ended too.
 *
 * Nest's own interceptors, guards, pipes and filters run inside `process`, around the handler.
 */
export type NatsInterceptor = (
  operation: NatsOperation,
  next: () => Promise<unknown>,
) => Promise<unknown>;
