import type { MessageFacts } from '../../events/handling-events.js';
import type { MessageEvents } from '../../events/message-events.js';
import type { GiveUpSettlement } from '../../jetstream/settlement/settlement.js';
import type { Admitted } from './stream-work.js';

/** What facts of a message are taken from. */
type Known = Pick<Admitted, 'delivered' | 'entry'>;

/** Tells observers what becomes of messages of streams; what nobody hears is not made. */
export class ConsumerEvents {
  constructor(private readonly events: MessageEvents) {}

  /** A message has come for the second time, or later. */
  cameAgain(admitted: Admitted): void {
    if (!this.events.hears('redelivery')) return;
    const { deliveryCount } = admitted.delivered.delivery;
    const attempt = admitted.admission.used + 1;
    this.events.tell('redelivery', { ...factsOf(admitted), deliveryCount, attempt });
  }

  /** A message has been under way for very long. */
  overdue(known: Known, underWayMs: number): void {
    if (this.events.hears('overdue'))
      this.events.tell('overdue', { ...factsOf(known), underWayMs });
  }

  /** A message is acknowledged, comes again, or was missed. */
  handled(admitted: Admitted, outcome: 'ack' | 'nak' | 'missed', error?: unknown): void {
    if (!this.events.hears('handled')) return;
    this.events.tell('handled', { ...factsOf(admitted), handler: 'event', outcome, error });
  }

  /** A message is given up, and kept if it is to be. */
  givenUp(admitted: Admitted, { action, reason, error }: GiveUpSettlement): void {
    const { events } = this;
    if (events.hears('handled')) {
      const outcome = action;
      events.tell('handled', { ...factsOf(admitted), handler: 'event', outcome, error });
    }
    if (action === 'drop') {
      if (events.hears('dropped')) events.tell('dropped', { ...factsOf(admitted), reason, error });
    } else if (events.hears('deadLetter')) {
      const { used } = admitted.admission;
      // what has ended the process has been counted before it began
      const attempts = reason === 'crashed' ? used : used + 1;
      events.tell('deadLetter', { ...factsOf(admitted), reason, attempts, error });
    }
  }
}

function factsOf({ delivered: { message, delivery }, entry }: Known): MessageFacts {
  return {
    subject: message.subject,
    pattern: entry.pattern.pattern,
    stream: delivery.stream,
    consumer: delivery.consumer,
    sequence: delivery.streamSequence,
  };
}
