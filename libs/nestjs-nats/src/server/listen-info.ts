import type { ConsumerAction } from '../jetstream/consumer/consumer-plan.js';
import type { StreamAction } from '../jetstream/stream/stream-plan.js';

/** A handler, as `await app.listen()` reports it. */
export interface HandlerInfo {
  /** As declared. */
  readonly pattern: string;
  /** The methods this pattern stands at, `Class.method`; none when that is not known. */
  readonly places: readonly string[];
  /** As declared, what is no plain value as a text. What is left out has its default. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/** A subscription, as `await app.listen()` reports it. */
export interface SubscriptionInfo {
  readonly kind: 'event' | 'request';
  /** As subscribed. */
  readonly subject: string;
  /** The queue group, if any. */
  readonly queue: string | undefined;
  /** As declared, one for each handler. */
  readonly patterns: readonly string[];
  readonly handlers: readonly HandlerInfo[];
}

/** A consumer of a stream, as `await app.listen()` reports it. */
export interface ConsumerInfo {
  readonly stream: string;
  /** The name the server knows it by. */
  readonly consumer: string;
  /** The name of the durable, if it is one. */
  readonly durable: string | undefined;
  readonly mode: 'durable' | 'broadcast' | 'ordered';
  /** `'create'` and `'update'` have been done. */
  readonly action: ConsumerAction;
  /** What differed from what the handler asks for, a line each. */
  readonly changes: readonly string[];
  /** Which subjects of the stream it takes. */
  readonly subjects: readonly string[];
  /** As declared. */
  readonly patterns: readonly string[];
  /** One for each of the patterns. */
  readonly handlers: readonly HandlerInfo[];
}

/** What was done about a stream, as `await app.listen()` reports it. */
export interface StreamInfo {
  readonly name: string;
  /** `'create'` and `'update'` have been done. */
  readonly action: StreamAction;
  /** What differed from the declaration, a line each. */
  readonly changes: readonly string[];
}

/** Is what a strategy reports when it listens; also the value of `await app.listen()`. */
export interface NatsListenInfo {
  /** The `host:port` connected to; nothing while a server is waited for (`onConnectFailure: 'wait'`). */
  readonly server: string | undefined;
  /** The version of that server. */
  readonly serverVersion: string | undefined;
  readonly subscriptions: readonly SubscriptionInfo[];
  readonly consumers: readonly ConsumerInfo[];
  readonly streams: readonly StreamInfo[];
  /** What is legal, but probably not meant; also in the log. */
  readonly warnings: readonly string[];
}
