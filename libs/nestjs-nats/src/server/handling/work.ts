import type { MessageHandler } from '@nestjs/microservices';
import { Linked } from '../../core/linked-set.js';
import type { SettlementListener } from '../../interceptor/interceptor.js';
import type { NatsMessageContext } from '../../message/context.js';
import type { MaybePromise } from '../../message/payload.js';

/** A handler, as far as calling it goes. */
export interface Callable {
  readonly callback: MessageHandler;
}

/**
 * Is a message on its way through its handler, and what becomes of it: one object for all that is to
 * be known of it. Only {@link read} and {@link follow} may fail.
 *
 * After {@link read} comes {@link unread} when that failed; otherwise either {@link succeeded} or
 * {@link failed}, once, when interceptors and handler have come to their end; the interceptors may do
 * so before the handler. {@link over} is the last, in any case.
 */
export abstract class Work extends Linked {
  abstract readonly kind: 'event' | 'request';
  abstract readonly handler: Callable;
  abstract readonly context: NatsMessageContext;
  /** The queue group of a handler that has one. */
  abstract readonly queue: string | undefined;
  /** Whether something is sent when the handler has ended. */
  abstract readonly sends: boolean;
  /** How long the handler may take, in milliseconds; nothing for as long as it likes. */
  get limitMs(): number | undefined {
    return undefined;
  }
  /** Of what has a limit: it is not to wait for a handler that has taken longer. Does not fail. */
  settleNow?(): MaybePromise<void>;
  /** Of messages of a stream: adds a listener of what becomes of them. */
  onSettled?(listener: SettlementListener): void;
  /** Gives what the handler is called with. */
  abstract read(): MaybePromise<unknown>;
  /** The message cannot be read. */
  abstract unread(failure: unknown): MaybePromise<void>;
  /** Takes what the handler has returned; is over when all that follows from it is done. */
  abstract follow(result: unknown): MaybePromise<void>;
  abstract succeeded(): MaybePromise<void>;
  abstract failed(failure: unknown): MaybePromise<void>;
  /** Logs a failure that is no outcome any more: the interceptors had come to their end. */
  abstract report(failure: unknown): void;
  /** Nothing of it is under way any more, or it was not begun, as waiting is over. */
  abstract over(): MaybePromise<void>;
}
