import type { MessageFacts } from '../../events/handling-events.js';
import type { HandlerEntry } from './handler-table.js';

/** Says which message of core NATS an event is about. */
export function coreFacts({ pattern, options }: HandlerEntry, subject: string): MessageFacts {
  const { queue } = options;
  return { subject, pattern: pattern.pattern, ...(queue !== '' && { queue }) };
}
