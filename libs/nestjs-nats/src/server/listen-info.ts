import type { StreamAction } from '../jetstream/stream/stream-plan.js';

/** A subscription, as `await app.listen()` reports it. */
export interface SubscriptionInfo {
  readonly kind: 'event' | 'request';
  /** As subscribed. */
  readonly subject: string;
  /** The queue group, if any. */
  readonly queue: string | undefined;
  /** As declared, one for each handler. */
  readonly patterns: readonly string[];
}

/** A consumer of a stream, as `await app.listen()` reports it. */
export interface ConsumerInfo {
  readonly stream: string;
  /** The name the server knows it by. */
  readonly consumer: string;
  /** The name of the durable, if it is one. */
  readonly durable: string | undefined;
  readonly mode: 'durable' | 'broadcast' | 'ordered';
  /** Which subjects of the stream it takes. */
  readonly subjects: readonly string[];
  /** As declared. */
  readonly patterns: readonly string[];
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
