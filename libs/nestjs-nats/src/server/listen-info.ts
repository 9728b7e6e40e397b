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

/** Is what a strategy reports when it listens; also the value of `await app.listen()`. */
export interface NatsListenInfo {
  /** The `host:port` connected to. */
  readonly server: string;
  /** The version of that server. */
  readonly serverVersion: string;
  readonly subscriptions: readonly SubscriptionInfo[];
  /** What is legal, but probably not meant; also in the log. */
  readonly warnings: readonly string[];
}
