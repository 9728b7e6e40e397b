import { JetStreamBatchContext } from '../../jetstream/consumer/jetstream-batch-context.js';
import type { JetStreamContext } from '../../jetstream/consumer/jetstream-context.js';
import { batchOutcomes } from '../../jetstream/settlement/batch-outcome.js';
import type { Outcome } from '../../jetstream/settlement/settlement.js';
import type { MaybePromise } from '../../message/payload.js';
import type { IncomingReader } from '../handling/incoming.js';
import type { Processing } from '../handling/processing.js';
import {
  type Admitted,
  BatchWork,
  type CallOutcome,
  contextOf,
  MessageWork,
  type StreamParts,
} from './stream-work.js';

/** Calls handlers with messages of streams and tells how that ended. Nothing is thrown. */
export class ConsumerCalls {
  private readonly parts: StreamParts;

  /** @param report hears of a failure that is no outcome any more */
  constructor(
    private readonly read: IncomingReader,
    private readonly processing: Processing,
    report: (failure: unknown) => void,
  ) {
    this.parts = { read, report };
  }

  /**
   * Handles one message.
   *
   * @param ended hears how the call ended, once; what it gives is waited for, and what it throws fails this.
   * With `handlerTimeoutMs` it may hear while the handler still runs, and must not fail
   */
  single(
    { delivered, entry, admission }: Admitted,
    ended: (work: MessageWork) => MaybePromise<void>,
  ): Promise<void> {
    return this.processing.handle(new MessageWork(this.parts, delivered, entry, admission, ended));
  }

  /**
   * Handles several messages in one call.
   *
   * @param ended hears of each how it ended, in their order, once; must not fail
   */
  async batch(
    batch: readonly Admitted[],
    ended: (outcomes: readonly CallOutcome[]) => Promise<void>,
  ): Promise<void> {
    const contexts = batch.map(contextOf);
    const reads = await Promise.all(batch.map((one, i) => this.legible(one, contexts[i]!)));
    const outcomes = reads.map((read): CallOutcome => ('kind' in read ? read : undefined));
    const given = reads.flatMap((read, i) => ('kind' in read ? [] : [{ i, data: read.data }]));
    const [first] = given;
    if (first === undefined) return ended(outcomes);
    const { entry, delivered } = batch[first.i]!;
    const called = given.map(({ i }) => batch[i]!);
    const context = new JetStreamBatchContext(
      delivered.message,
      entry.pattern,
      given.map(({ i }) => contexts[i]!),
    );
    const data = given.map((one) => one.data);
    const callEnded = (whole: CallOutcome): Promise<void> => {
      if (whole !== undefined)
        for (const [n, outcome] of batchOutcomes(whole, given.length).entries())
          outcomes[given[n]!.i] = outcome;
      return ended(outcomes);
    };
    await this.processing.handle(new BatchWork(this.parts, called, context, data, callEnded));
  }

  private async legible(
    { delivered: { message }, entry }: Admitted,
    context: JetStreamContext,
  ): Promise<{ readonly data: unknown } | Outcome> {
    try {
      return await this.read(message, entry, context);
    } catch (error) {
      return { kind: 'unreadable', error };
    }
  }
}
