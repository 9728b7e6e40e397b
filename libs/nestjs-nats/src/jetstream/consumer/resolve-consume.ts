import type { Codec } from '../../codec/codec.js';
import { codecOf } from '../../codec/registry.js';
import { resolveRetry, type RetryPolicy } from '../settlement/retry-policy.js';
import type { BatchLimits } from './batcher.js';
import type { NatsConsumeOptions } from './consume-options.js';
import { consumerStart, type ConsumerStart } from './consumer-start.js';
import type { ConsumerPassThrough } from './pass-through.js';

/** How replicas share a stream. */
export type ConsumeMode = NonNullable<NatsConsumeOptions['mode']>;

/** Is what {@link NatsConsumeOptions} come to. */
export interface ResolvedConsumeOptions {
  readonly stream: string;
  readonly mode: ConsumeMode;
  /** The name of the durable; in mode `'durable'` there is one. */
  readonly durable: string | undefined;
  /** How many calls of the handler at a time: of messages, or of batches. */
  readonly concurrency: number;
  readonly ackWaitMs: number;
  /** Nothing for as long as the handler likes. */
  readonly handlerTimeoutMs: number | undefined;
  readonly retry: RetryPolicy;
  /** A subject; or nothing, for the strategy's. */
  readonly deadLetter: string | false | undefined;
  readonly batch: BatchLimits | undefined;
  readonly singleActive: boolean;
  readonly start: ConsumerStart;
  readonly ack: 'normal' | 'confirmed';
  readonly codec: Codec;
  readonly consumer: ConsumerPassThrough;
}

/** Fills in the defaults; the options have been checked. */
export function resolveConsume(
  extras: Readonly<Record<string, unknown>>,
  defaults: { readonly codec: Codec },
): ResolvedConsumeOptions {
  const options = extras as unknown as NatsConsumeOptions;
  const { mode = 'durable', batch, codec } = options;
  return {
    stream: options.stream,
    mode,
    durable: options.durable,
    concurrency: options.concurrency ?? (mode === 'ordered' || batch ? 1 : 64),
    ackWaitMs: options.ackWaitMs ?? 30_000,
    handlerTimeoutMs: options.handlerTimeoutMs,
    retry: resolveRetry(options.retry),
    deadLetter: options.deadLetter,
    batch: batch && { size: batch.size, maxWaitMs: batch.maxWaitMs ?? 100 },
    singleActive: options.singleActive ?? false,
    start: consumerStart(options.deliver ?? (mode === 'durable' ? 'all' : 'new')),
    ack: options.ack ?? 'normal',
    codec: codec === undefined ? defaults.codec : codecOf(codec),
    consumer: options.consumer ?? {},
  };
}
