import type { JetStreamBatchContext, JetStreamContext, NatsMessageContext } from '../index.js';

// by what they have, and not by their class: this file may be of the other build of the package

/** Tells whether a context stands for several messages. */
export function isBatch(context: NatsMessageContext): context is JetStreamBatchContext {
  return 'messages' in context;
}

/** Gives the messages of a stream that a context stands for; none for one of core NATS. */
export function messagesOf(context: NatsMessageContext): readonly JetStreamContext[] {
  if (isBatch(context)) return context.messages;
  return 'sequence' in context ? [context as JetStreamContext] : [];
}
