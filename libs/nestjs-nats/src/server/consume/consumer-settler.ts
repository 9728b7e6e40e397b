import type { MessageSettlement } from '../../interceptor/interceptor.js';
import { isNatsTransportError } from '../../errors/transport-error.js';
import type { DeliveredMessage } from '../../jetstream/pull/delivery.js';
import type { Attempts } from '../../jetstream/settlement/attempts.js';
import type { Settle } from '../../jetstream/settlement/settle.js';
import {
  type GiveUpSettlement,
  type NakSettlement,
  type Outcome,
  settlementBefore,
  settlementFor,
} from '../../jetstream/settlement/settlement.js';
import { isNestInternalError } from '../../message/error-reply.js';
import type { MaybePromise } from '../../message/payload.js';
import type { ConsumeLog } from './consume-log.js';
import type { Admitted, CallOutcome } from './stream-work.js';
import type { ConsumerEvents } from './consumer-events.js';
import { type ConsumerGroup, entryFor } from './consumer-table.js';

/** Keeps a message that is given up; tells whether it is kept now. */
export type KeepDeadLetter = (admitted: Admitted, settlement: GiveUpSettlement) => Promise<boolean>;

/** What a {@link ConsumerSettler} works with. */
export interface ConsumerSettlerOptions {
  readonly settle: Settle;
  readonly attempts: Attempts;
  /** Nothing when messages that are given up are dropped. */
  readonly keep: KeepDeadLetter | undefined;
  /** Hears of each message that does not come again. */
  readonly settled: (delivered: DeliveredMessage) => void;
  readonly log: ConsumeLog;
  readonly events: ConsumerEvents;
}

/** What becomes of a message of an ordered consumer. */
const NOTHING: MessageSettlement = Object.freeze({ action: 'none' });

/** How long a message is put off that belongs to nobody here, in milliseconds. */
const UNROUTED_DELAY_MS = 5_000;
/** How long a message is put off that finds the quarantine full, in milliseconds. */
const CROWDED_DELAY_MS = 1_000;
/** How long a message is put off whose dead letter could not be kept, in milliseconds. */
const UNKEPT_DELAY_MS = 30_000;

/** Carries out what becomes of the messages of one consumer. */
export class ConsumerSettler {
  constructor(
    private readonly group: ConsumerGroup,
    private readonly options: ConsumerSettlerOptions,
  ) {}

  /** Settles a message by how its handling ended, and says so to who wants to hear. */
  settle(admitted: Admitted, outcome: CallOutcome): MaybePromise<void> {
    // most messages are done, nobody wants to hear, and the acknowledgement is on its way at once
    const isPlain = outcome?.kind === 'done' && admitted.heard === undefined;
    return isPlain && this.group.options.mode !== 'ordered'
      ? this.acknowledge(admitted)
      : this.settleAndTell(admitted, outcome);
  }

  private acknowledge(admitted: Admitted): MaybePromise<void> {
    this.forget(admitted.delivered);
    const told = this.options.settle.ack(admitted.delivered);
    if (told instanceof Promise) return told.then(() => this.acknowledged(admitted));
    this.acknowledged(admitted);
    return undefined;
  }

  private acknowledged(admitted: Admitted): void {
    this.options.events.handled(admitted, 'ack');
  }

  private async settleAndTell(admitted: Admitted, outcome: CallOutcome): Promise<void> {
    try {
      const settlement = await this.carryOut(admitted, outcome);
      admitted.heard?.(settlement);
    } catch (error) {
      admitted.heard?.({ action: 'unsettled', error });
      throw error;
    }
  }

  private async carryOut(admitted: Admitted, outcome: CallOutcome): Promise<MessageSettlement> {
    const { delivered, admission } = admitted;
    const { keep, log, events } = this.options;
    const isOrdered = this.group.options.mode === 'ordered';
    // what the end of the application has cut short is no failure
    if (outcome === undefined || isCutShort(outcome)) {
      this.giveBack(delivered);
      return isOrdered ? NOTHING : { action: 'nak', delayMs: 0, counted: false };
    }
    if (isOrdered) {
      if (outcome.kind === 'done') events.handled(admitted, 'ack');
      else {
        log.missed(this.group, delivered, outcome.error);
        events.handled(admitted, 'missed', outcome.error);
      }
      return NOTHING;
    }
    if (outcome.kind === 'failed' && isNestInternalError(outcome.error)) log.hidden(this.group);
    const settlement = settlementFor(outcome, {
      policy: this.group.options.retry,
      attempt: admission.used + 1,
      keepsDeadLetters: keep !== undefined,
      random: Math.random(),
      report: (fault) => log.trouble('A test of a retry rule failed', fault),
    });
    if (settlement.action === 'nak') return this.putOff(admitted, settlement);
    if (settlement.action !== 'ack') return this.giveUp(admitted, settlement);
    await this.acknowledge(admitted);
    return settlement;
  }

  /** Says whether a message is given up for its past, before it is handled; {@link giveUp} does it. */
  before({ admission }: Admitted): GiveUpSettlement | undefined {
    return settlementBefore(admission, {
      policy: this.group.options.retry,
      keepsDeadLetters: this.options.keep !== undefined,
    });
  }

  /** Gives up a message: it is settled when its dead letter is kept. */
  async giveUp(admitted: Admitted, settlement: GiveUpSettlement): Promise<MessageSettlement> {
    const { delivered, admission } = admitted;
    const { settle, attempts, keep, log, events } = this.options;
    log.givenUp(this.group, delivered, settlement);
    const kept = settlement.action === 'drop' || (await keep!(admitted, settlement));
    if (!kept) {
      // what was handled did no harm; what has ended the process stays under suspicion
      if (settlement.reason !== 'crashed')
        await attempts.failed(delivered.delivery, admission, false);
      await settle.nak(delivered, UNKEPT_DELAY_MS);
      events.handled(admitted, 'nak', settlement.error);
      return { action: 'nak', delayMs: UNKEPT_DELAY_MS, counted: false };
    }
    this.forget(delivered);
    await settle.term(delivered, settlement.reason);
    events.givenUp(admitted, settlement);
    return settlement;
  }

  /** Gives a message back that has not been handled: it goes to whoever is there. */
  giveBack(delivered: DeliveredMessage): void {
    if (this.group.options.mode !== 'ordered') void this.options.settle.nak(delivered, 0);
  }

  /** Puts off a message for which there is no room in quarantine. */
  putBack(delivered: DeliveredMessage): void {
    void this.options.settle.nak(delivered, CROWDED_DELAY_MS);
  }

  /** Puts off a message that no pattern takes: a replica with other handlers may know it. */
  unrouted(delivered: DeliveredMessage): void {
    this.options.log.trouble(
      'A message came that no pattern of its handler takes',
      new Error(delivered.message.subject),
    );
    void this.options.settle.nak(delivered, UNROUTED_DELAY_MS);
  }

  /** Tells the server that a message is worked on. */
  working(delivered: DeliveredMessage): void {
    if (this.group.options.mode !== 'ordered') this.options.settle.working(delivered);
  }

  /** Says that a message has been under way for very long. */
  overdue(delivered: DeliveredMessage, underWayMs: number): void {
    const { log, events } = this.options;
    log.overdue(this.group, delivered, underWayMs);
    const entry = entryFor(this.group, delivered.message.subject);
    if (entry !== undefined) events.overdue({ delivered, entry }, underWayMs);
  }

  private forget(delivered: DeliveredMessage): void {
    const { attempts, settled } = this.options;
    attempts.forget(delivered.delivery);
    settled(delivered);
  }

  private async putOff(admitted: Admitted, settlement: NakSettlement): Promise<MessageSettlement> {
    const { delivered, admission } = admitted;
    const { settle, attempts, log, events } = this.options;
    log.retried(this.group, delivered, settlement);
    // written before the message can come again, so that its next attempt knows
    await attempts.failed(delivered.delivery, admission, settlement.counted);
    await settle.nak(delivered, settlement.delayMs);
    events.handled(admitted, 'nak', settlement.error);
    return settlement;
  }
}

function isCutShort(outcome: Outcome): boolean {
  return outcome.kind === 'failed' && isNatsTransportError(outcome.error, 'CLOSED');
}
