import type { Attributes, Span } from '@opentelemetry/api';
import type { JetStreamContext, MessageSettlement } from '../index.js';
import { ATTRIBUTE } from './attributes.js';
import { errorType } from './error-type.js';

const EVENT: Readonly<Record<Exclude<MessageSettlement['action'], 'ack' | 'none'>, string>> = {
  nak: 'nestjs_nats.retry',
  'dead-letter': 'nestjs_nats.dead_letter',
  drop: 'nestjs_nats.drop',
  unsettled: 'nestjs_nats.unsettled',
};

/** Notes on a span what becomes of a message, when that is not simply that it is done. */
export function addSettlement(
  span: Span,
  settlement: MessageSettlement,
  context: JetStreamContext,
): void {
  const { action } = settlement;
  if (action === 'ack' || action === 'none') return;
  const attributes: Attributes = {
    [ATTRIBUTE.sequence]: context.sequence,
    [ATTRIBUTE.attempt]: context.attempt,
    ...(action === 'nak' && { [ATTRIBUTE.delayMs]: settlement.delayMs }),
    ...((action === 'dead-letter' || action === 'drop') && {
      [ATTRIBUTE.reason]: settlement.reason,
    }),
    ...(action === 'unsettled' && { [ATTRIBUTE.errorType]: errorType(settlement.error) }),
  };
  span.addEvent(EVENT[action], attributes);
}
