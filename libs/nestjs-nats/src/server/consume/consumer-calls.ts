import type { MessageSettlement, SettlementListener } from '../../interceptor/interceptor.js';
import { JetStreamBatchContext } from '../../jetstream/consumer/jetstream-batch-context.js';
import { JetStreamContext } from '../../jetstream/consumer/jetstream-context.js';
import type { DeliveredMessage } from '../../jetstream/consumer/delivery.js';
import type { Admission } from '../../jetstream/settlement/admission.js';
import { batchOutcomes } from '../../jetstream/settlement/batch-outcome.js';
import type { Outcome } from '../../jetstream/settlement/settlement.js';
import type { NatsMessageContext } from '../../message/context.js';
import type { Incoming, IncomingReader } from '../incoming.js';
import type { Processing } from '../processing.js';
import type { ConsumerEntry } from './consumer-table.js';
import { StreamOutcome } from './stream-outcome.js';

/** A message on its way to its handler. */
export interface Admitted {
  readonly delivered: DeliveredMessage;
  readonly entry: ConsumerEntry;
  readonly admission: Admission;
  /** Hears what becomes of the message, if an interceptor wants to; does not throw. */
  heard?: (settlement: MessageSettlement) => void;
}

/** How a call ended; nothing when it was not made, because waiting was over. */
export type CallOutcome = Outcome | undefined;

/** Calls handlers with messages of streams and tells how that ended. Nothing is thrown. */
export class ConsumerCalls {
  /** @param report hears of a failure that is no outcome any more */
  constructor(
    private readonly read: IncomingReader,
    private readonly processing: Processing,
    private readonly report: (failure: unknown) => void,
  ) {}

  /** Handles one message. */
  async single(admitted: Admitted): Promise<CallOutcome> {
    const context = contextOf(admitted);
    let incoming: Incoming;
    try {
      const reading = this.read(admitted.delivered.message, admitted.entry, context);
      incoming = reading instanceof Promise ? await reading : reading;
    } catch (error) {
      return { kind: 'unreadable', error };
    }
    const outcome = new StreamOutcome(context, this.report);
    await this.processing.process(admitted.entry, context, incoming.data, outcome);
    if (outcome.listeners !== undefined) this.listen([admitted], outcome.listeners);
    return outcome.value;
  }

  /** Handles several messages in one call; tells of each how it ended, in their order. */
  async batch(batch: readonly Admitted[]): Promise<CallOutcome[]> {
    const contexts = batch.map(contextOf);
    const reads = await Promise.all(batch.map((one, i) => this.legible(one, contexts[i]!)));
    const outcomes = reads.map((read): CallOutcome => ('kind' in read ? read : undefined));
    const given = reads.flatMap((read, i) => ('kind' in read ? [] : [{ i, data: read.data }]));
    const [first] = given;
    if (first === undefined) return outcomes;
    const { entry, delivered } = batch[first.i]!;
    const called = given.map(({ i }) => batch[i]!);
    const context = new JetStreamBatchContext(
      delivered.message,
      entry.pattern,
      given.map(({ i }) => contexts[i]!),
    );
    const data = given.map((one) => one.data);
    const whole = await this.call(called, context, data);
    if (whole === undefined) return outcomes;
    for (const [n, outcome] of batchOutcomes(whole, given.length).entries())
      outcomes[given[n]!.i] = outcome;
    return outcomes;
  }

  private async call(
    called: readonly Admitted[],
    context: NatsMessageContext,
    data: unknown,
  ): Promise<CallOutcome> {
    const outcome = new StreamOutcome(context, this.report);
    await this.processing.process(called[0]!.entry, context, data, outcome);
    if (outcome.listeners !== undefined) this.listen(called, outcome.listeners);
    return outcome.value;
  }

  private listen(called: readonly Admitted[], listeners: readonly SettlementListener[]): void {
    for (const [index, one] of called.entries())
      one.heard = (settlement) => this.tell(listeners, settlement, index);
  }

  private tell(
    listeners: readonly SettlementListener[],
    settlement: MessageSettlement,
    index: number,
  ): void {
    for (const listener of listeners) {
      try {
        listener(settlement, index);
      } catch (failure) {
        this.report(failure);
      }
    }
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

function contextOf({ delivered, entry, admission }: Admitted): JetStreamContext {
  const { message, delivery } = delivered;
  return new JetStreamContext(message, entry.pattern, delivery, admission.used + 1);
}
