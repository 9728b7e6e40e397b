import type { CodecOption } from '../codec/registry.js';
import type { EndpointOptions } from '../micro/endpoint-options.js';

/** What a handler of core NATS can ask for; also the extras of `@EventPattern` and `@MessagePattern`. */
export interface NatsHandlerOptions {
  /**
   * The queue group: each message goes to one of its members. `''` means none: every subscriber
   * gets the message. Default: the strategy's `queue`.
   */
  queue?: string;
  /**
   * How many messages this handler works on at a time. 1 keeps their order. Default 64, minimum 1.
   */
  concurrency?: number;
  /**
   * How many messages wait besides, in memory, when all are busy. Default 65,536 for events and
   * 1,024 for requests, whose callers do not wait for ever; minimum 0.
   */
  maxPending?: number;
  /**
   * What happens to a message beyond that. `'reject'`, the default for requests, answers
   * `UNAVAILABLE` at once; `'drop'`, the default for events and their only choice, drops it. Both
   * are logged.
   */
  overflow?: 'reject' | 'drop';
  /**
   * Reads payloads without a `Content-Type` and writes answers. Default: the strategy's `codec`. Not
   * for a strategy with `envelope: 'nest'`, which is always JSON.
   */
  codec?: CodecOption;
  /**
   * How a request handler shows itself among the endpoints of a strategy with a `service`; without
   * one it has no effect. Not for event handlers.
   */
  endpoint?: EndpointOptions;
}
