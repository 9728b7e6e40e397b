import type { NatsHandlerOptions } from '../decorators/handler-options.js';
import type { NatsConsumeOptions } from '../jetstream/consumer/consume-options.js';
import type { JetStreamBatchContext } from '../jetstream/consumer/jetstream-batch-context.js';
import type { JetStreamContext } from '../jetstream/consumer/jetstream-context.js';
import type { NatsMessageContext } from '../message/context.js';
import type { Declaration } from './declaration.js';

/** A handler that is not a controller's method: it gets the payload and its context. */
export type NatsSubscriber<TData = unknown> = (data: TData, context: NatsMessageContext) => unknown;

/** Options of a handler that is registered by a call. */
export interface RegisterOptions extends NatsHandlerOptions {
  /** Whether it answers requests; its result is the answer. Default `false`: it takes events. */
  respond?: boolean;
}

/** A handler of a stream that is not a controller's method. */
export type NatsStreamSubscriber<TData = unknown> = (
  data: TData,
  context: JetStreamContext,
) => unknown;

/** A handler of a stream that takes several messages at a time. */
export type NatsBatchSubscriber<TData = unknown> = (
  data: TData[],
  context: JetStreamBatchContext,
) => unknown;

/** A handler that was registered by a call. */
export interface Registration {
  /** Takes it out: no more messages; those under way are finished. Safe to call again. */
  remove(): Promise<void>;
}

/** Makes of a call what a decorator would declare. */
export function declarationOf(
  subject: string,
  handler: (data: never, context: never) => unknown,
  options: RegisterOptions | NatsConsumeOptions,
): Declaration {
  const { respond = false, ...extras }: RegisterOptions = options;
  return {
    route: subject,
    kind: respond ? 'request' : 'event',
    callback: async (data, context) => handler(data as never, context as never),
    extras: { ...extras },
  };
}
