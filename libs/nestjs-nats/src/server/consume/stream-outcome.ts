import { isObservable, tap } from 'rxjs';
import { isBatchFailure } from '../../errors/handler-exceptions.js';
import type { SettlementListener } from '../../interceptor/interceptor.js';
import type { Outcome as Handled } from '../../jetstream/settlement/settlement.js';
import type { NatsMessageContext } from '../../message/context.js';
import type { MaybePromise } from '../../message/payload.js';
import { completion } from '../handler-result.js';
import type { Outcome } from '../processing.js';

const DONE: Handled = Object.freeze({ kind: 'done' });

/** Follows the handling of a message of a stream to its end, and remembers how that was. */
export class StreamOutcome implements Outcome {
  readonly kind = 'event';
  readonly queue = undefined;
  readonly sends = true;
  /** How it ended; nothing when it was not begun. */
  value: Handled | undefined;
  /** Those who want to hear what becomes of the messages; there is no list while there are none. */
  listeners: SettlementListener[] | undefined;

  constructor(
    private readonly context: NatsMessageContext,
    readonly report: (failure: unknown) => void,
  ) {}

  onSettled(listener: SettlementListener): void {
    (this.listeners ??= []).push(listener);
  }

  follow(result: unknown): MaybePromise<void> {
    assertNoFailure(result);
    const followed = isObservable(result) ? result.pipe(tap(assertNoFailure)) : result;
    return completion(followed, this.context);
  }

  succeeded(): void {
    this.value = DONE;
  }

  failed(error: unknown): void {
    this.value = { kind: 'failed', error };
  }
}

/** A batch failure that is given instead of thrown is one all the same: it says what is not done. */
function assertNoFailure(result: unknown): void {
  if (isBatchFailure(result)) throw result;
}
