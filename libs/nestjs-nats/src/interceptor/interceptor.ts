import type { MsgHdrs } from '@nats-io/transport-node';
import type { NatsParticipant } from '../events/participant.js';
import type { GiveUpReason } from '../jetstream/settlement/settlement.js';
import type { NatsMessageContext } from '../message/context.js';

/** What is known of a message on its way out. */
interface OutgoingOperation {
  readonly subject: string;
  readonly data: unknown;
  /** What will be sent; headers set here travel with the message. */
  readonly headers: MsgHdrs;
  /** How many bytes the payload has. */
  readonly payloadBytes: number;
  /** The `host:port` connected to, or nothing while there is no connection. */
  readonly server: string | undefined;
}

/** An event on its way out. */
export interface PublishOperation extends OutgoingOperation {
  readonly kind: 'publish';
  /** The stream it belongs to, if it does. */
  readonly stream: string | undefined;
  /** Which of the stream's declared subjects it is on. */
  readonly streamSubject: string | undefined;
}

/** A request on its way out. */
export interface RequestOperation extends OutgoingOperation {
  readonly kind: 'request';
}

/**
 * What becomes of a message of a stream: `ack`; `nak`, it comes again, and the attempt counts or not;
 * `dead-letter` or `drop`, it is given up; `none`, nothing comes again in an ordered consumer;
 * `unsettled`, it could not be said, so that it comes again.
 */
export type MessageSettlement =
  | { readonly action: 'ack' | 'none' }
  | { readonly action: 'nak'; readonly delayMs: number; readonly counted: boolean }
  | { readonly action: 'dead-letter' | 'drop'; readonly reason: GiveUpReason }
  | { readonly action: 'unsettled'; readonly error: unknown };

/**
 * Hears what becomes of messages of a stream, each once.
 *
 * @param index which message of a batch; 0 for a single one
 */
export type SettlementListener = (settlement: MessageSettlement, index: number) => void;

/** A message that came in, on its way to its handler. */
export interface ProcessOperation {
  readonly kind: 'process';
  readonly subject: string;
  /** The payload, decoded. */
  readonly data: unknown;
  readonly context: NatsMessageContext;
  /** What the handler is for. */
  readonly handler: 'event' | 'request';
  /** The queue group of a handler of core NATS that has one. */
  readonly queue: string | undefined;
  /** The `host:port` connected to, or nothing while there is no connection. */
  readonly server: string | undefined;
  /**
   * Of messages of a stream: adds a listener of what becomes of them. That is decided when all
   * interceptors have come to their end, so there is nothing to wait for inside of one.
   */
  readonly onSettled?: (listener: SettlementListener) => void;
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
export interface NatsInterceptor {
  (operation: NatsOperation, next: () => Promise<unknown>): Promise<unknown>;
  /**
   * Is called once by each client and strategy that has the interceptor in its list, when it is
   * created: for what happens besides messages, or without a handler.
   */
  readonly attachTo?: (participant: NatsParticipant) => void;
  /**
   * Tells whether it has nothing to do at present: then it is left out, and where all of a list are
   * idle, a message costs as if there were none. Default: never idle.
   *
   * Is asked at every message, also more than once, on its way out or to its handler: it must be
   * quick. What it throws fails that message.
   */
  readonly isIdle?: () => boolean;
}
