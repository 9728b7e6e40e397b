import type { CodecOption } from '../../codec/registry.js';
import type { RetryOptions } from '../settlement/retry-policy.js';
import type { ConsumerPassThrough } from './pass-through.js';

/**
 * Where a consumer begins that does not exist yet; one that exists goes on where it was.
 *
 * `'all'`: at the oldest message; `'new'`: with what comes from now on; `'last'`: at the newest
 * message; `'lastPerSubject'`: with the newest message of each subject; a sequence of the stream; or
 * a time.
 */
export type DeliverFrom =
  | 'all'
  | 'new'
  | 'last'
  | 'lastPerSubject'
  | { readonly sequence: number }
  | { readonly since: Date };

/** How a handler takes several messages in one call. */
export interface BatchOptions {
  /** How many messages at most. Minimum 1. */
  size: number;
  /** How long to wait for more when there are fewer, in milliseconds. Default 100, minimum 0. */
  maxWaitMs?: number;
}

/** What a handler of a JetStream stream can ask for; also the extras of `@EventPattern`. */
export interface NatsConsumeOptions {
  /** The stream to consume. It makes a handler one of JetStream. */
  stream: string;
  /**
   * How replicas share the stream. `'durable'`, the default: each message goes to one of all
   * processes, which go on where they were after a restart. `'broadcast'`: every process gets every
   * message from its start on. `'ordered'`: as broadcast, in order and without acknowledgement; a
   * failure is logged and not tried again.
   */
  mode?: 'durable' | 'broadcast' | 'ordered';
  /** The name of the durable consumer. Needed in mode `'durable'`, and only there. */
  durable?: string;
  /**
   * How many messages this process works on at a time; it fetches no more than that. 1 keeps their
   * order within the process. With `batch` it counts batches instead. Default 64, with `batch` 1;
   * minimum 1; in mode `'ordered'` always 1.
   */
  concurrency?: number;
  /**
   * After how long the server takes a message back from a process that has gone silent, in
   * milliseconds. A handler may take longer: the process tells the server that it is at work.
   * Default 30,000, minimum 1000.
   */
  ackWaitMs?: number;
  /**
   * How long the handler may take for a message, or for a batch, in milliseconds: then `ctx.signal` aborts,
   * and the attempt has failed with `TIMEOUT`. The message is settled at once; the place in `concurrency`
   * is free when the handler has ended. Guards and pipes are part of it. Default: as long as it likes;
   * minimum 1.
   */
  handlerTimeoutMs?: number;
  /** When a failed message comes again, and how often. */
  retry?: RetryOptions;
  /**
   * Where a message goes that cannot be handled: a subject that a stream takes; or `false`, to drop
   * it with a line in the log. Default: the strategy's dead-letter stream.
   */
  deadLetter?: string | false;
  /**
   * Calls the handler with several messages at a time. Default: one. The process holds up to `size`
   * messages for each batch that `concurrency` allows.
   */
  batch?: BatchOptions;
  /**
   * One process at a time gets messages, another takes over when it is gone. Default `false`.
   * Needs nats-server 2.11.
   */
  singleActive?: boolean;
  /** Where a new consumer begins. Default `'all'`; in the modes without a durable `'new'`. */
  deliver?: DeliverFrom;
  /**
   * `'confirmed'` waits until the server has taken each acknowledgement, at the price of speed: a
   * lost one means that the message comes again. Default `'normal'`.
   */
  ack?: 'normal' | 'confirmed';
  /** Reads payloads without a `Content-Type`. Default: the strategy's `codec`. */
  codec?: CodecOption;
  /**
   * Further settings of the consumer under the names NATS has for them, durations in nanoseconds.
   * `max_waiting` is for all processes together, and the server forgets a request beyond it: allow each
   * process that consumes one at least, and up to four.
   */
  consumer?: ConsumerPassThrough;
}
