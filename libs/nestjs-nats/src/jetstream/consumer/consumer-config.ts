import type { ConsumerConfig } from '@nats-io/jetstream';
import { nuid } from '@nats-io/transport-node';
import { quote } from '../../errors/quote.js';
import type { SingleActive } from '../pull/pull-options.js';
import type { ConsumeMode, ResolvedConsumeOptions } from './resolve-consume.js';

/** A consumer that a handler needs. */
export interface ConsumerSpec {
  readonly stream: string;
  /** The durable's name, or one made up for this process. */
  readonly name: string;
  /** Whether it outlives the process, and others share it. */
  readonly durable: boolean;
  readonly filters: readonly string[];
  /** How it is made: what is left out, the server chooses. */
  readonly config: Readonly<Partial<ConsumerConfig>>;
  /** What a pull loop needs to know if one process at a time gets messages. */
  readonly singleActive: SingleActive | undefined;
  /** The sequence behind which it begins if it has to be made anew, instead of where `config` says. */
  readonly after?: number;
}

/** Is the one priority group of a consumer with a single active process. */
const GROUP = 'active';

const NANOS_PER_MS = 1_000_000;

/** How long the server keeps a consumer that nobody pulls from, in nanoseconds. */
const KEPT: Readonly<Record<Exclude<ConsumeMode, 'durable'>, number>> = {
  // an outage of that length must not cost a process the messages that come meanwhile
  broadcast: 300_000 * NANOS_PER_MS,
  // it is made anew behind the last message, so losing it costs nothing
  ordered: 60_000 * NANOS_PER_MS,
};

/** Names a consumer for people. */
export function consumerName({ stream, name }: Pick<ConsumerSpec, 'stream' | 'name'>): string {
  return `the consumer ${quote(name)} of the stream ${quote(stream)}`;
}

/** Gives a consumer of one process a name of its own. */
export function ephemeralName(mode: ConsumeMode): string {
  return `${mode}-${nuid.next()}`;
}

/**
 * Says which consumer a handler needs.
 *
 * @param filters what it takes of the stream; they do not overlap
 * @param name the durable's, or an {@link ephemeralName}
 */
export function consumerSpec(
  options: ResolvedConsumeOptions,
  filters: readonly string[],
  name: string,
): ConsumerSpec {
  const { stream, mode, singleActive, ackWaitMs, start, consumer } = options;
  const durable = mode === 'durable';
  const ackWait = ackWaitMs * NANOS_PER_MS;
  return {
    stream,
    name,
    durable,
    filters: [...filters],
    config: {
      name,
      ...(durable ? { durable_name: name } : { inactive_threshold: KEPT[mode] }),
      ...(filters.length === 1
        ? { filter_subject: filters[0]! }
        : { filter_subjects: [...filters] }),
      ...start,
      max_deliver: -1,
      ...(mode === 'ordered'
        ? { ack_policy: 'none', mem_storage: true, num_replicas: 1 }
        : {
            ack_policy: 'explicit',
            ack_wait: ackWait,
            // a message that waits for its next attempt is pending too, and must not hold up others;
            // each process takes no more than it has room for
            max_ack_pending: -1,
          }),
      ...(singleActive && {
        priority_groups: [GROUP],
        priority_policy: 'pinned_client',
        priority_timeout: ackWait,
      }),
      ...consumer,
    },
    singleActive: singleActive ? { group: GROUP, timeoutMs: ackWaitMs } : undefined,
  };
}

/**
 * Makes a consumer of one process go on behind a message if it has to be made anew; one that is
 * still there stays where it is.
 */
export function resumedAfter(spec: ConsumerSpec, streamSequence: number): ConsumerSpec {
  return { ...spec, after: streamSequence };
}
