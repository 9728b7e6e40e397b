import { RpcException } from '@nestjs/microservices';

const RETRY_LATER = Symbol.for('nestjs-nats.retry-later');
const TERMINATE = Symbol.for('nestjs-nats.terminate');
const BATCH_FAILURE = Symbol.for('nestjs-nats.batch-failure');

/**
 * Says, thrown by a JetStream handler, that the message cannot be handled now and is to come again.
 *
 * It is no failed attempt: a handler may put a message off as often as it must.
 */
export class RetryLater extends RpcException {
  override readonly name: string = 'RetryLater';
  /** Marks the exception across copies of the package, where `instanceof` fails. */
  readonly [RETRY_LATER] = true;

  /**
   * @param delayMs how long until then, in milliseconds; at least 0
   * @param reason a sentence for logs
   */
  constructor(
    readonly delayMs: number,
    reason = 'The handler asked for the message to come again later.',
  ) {
    super(reason);
  }

  /** Gives itself: Nest hands the strategy what this returns. */
  override getError(): this {
    return this;
  }
}

/**
 * Says, thrown by a JetStream handler, that the message can never be handled: it becomes a dead
 * letter at once, with the exception's message as the reason.
 */
export class Terminate extends RpcException {
  override readonly name: string = 'Terminate';
  /** Marks the exception across copies of the package, where `instanceof` fails. */
  readonly [TERMINATE] = true;

  /** Gives itself: Nest hands the strategy what this returns. */
  override getError(): this {
    return this;
  }
}

/** A message of a batch that was not handled. */
export interface FailedItem {
  /** Its place in the batch, from 0. */
  readonly index: number;
  /** Why; {@link RetryLater} and {@link Terminate} mean what they mean for a single message. */
  readonly error: unknown;
}

/**
 * Says, thrown or returned by a handler that takes several messages at a time, which of them it has
 * not handled. The others are done.
 */
export class BatchFailure extends RpcException {
  override readonly name: string = 'BatchFailure';
  /** Marks the exception across copies of the package, where `instanceof` fails. */
  readonly [BATCH_FAILURE] = true;

  constructor(readonly items: readonly FailedItem[]) {
    super(`${items.length} messages of the batch were not handled.`);
  }

  /** Gives itself: Nest hands the strategy what this returns. */
  override getError(): this {
    return this;
  }
}

/** Tells whether `value` is a {@link BatchFailure}, also one of another copy of this package. */
export function isBatchFailure(value: unknown): value is BatchFailure {
  return typeof value === 'object' && value !== null && BATCH_FAILURE in value;
}

/** Tells whether `value` is a {@link RetryLater}, also one of another copy of this package. */
export function isRetryLater(value: unknown): value is RetryLater {
  return typeof value === 'object' && value !== null && RETRY_LATER in value;
}

/** Tells whether `value` is a {@link Terminate}, also one of another copy of this package. */
export function isTerminate(value: unknown): value is Terminate {
  return typeof value === 'object' && value !== null && TERMINATE in value;
}
