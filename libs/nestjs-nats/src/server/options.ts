import { codecFault, codecOf, type CodecOption } from '../codec/registry.js';
import type { Codec } from '../codec/codec.js';
import type { NatsConnectionOptions } from '../connection/options.js';
import { SharedConnection } from '../connection/shared-connection.js';
import { queueFault } from '../subject/filter.js';
import { quote, subjectFault } from '../subject/subject.js';

/** Options of a strategy that are not about its connection. */
export interface StrategySettings {
  /**
   * The queue group of handlers that name none. Each message goes to one member of a group;
   * without a group, and with `''`, every subscriber gets it. Default: no group.
   */
  queue?: string;
  /** Reads payloads without a `Content-Type`, and writes answers. Default `'json'`. */
  codec?: CodecOption;
  /**
   * Inbox prefixes besides `_INBOX` and the connection's own that may be answered, without the
   * trailing dot: those of callers that set a prefix of their own. Default none.
   */
  replyPrefixes?: readonly string[];
  /**
   * How long `close()` waits for handlers under way, in milliseconds. Default 10,000, minimum 0.
   * What still runs then is cut off, and logged.
   */
  shutdownTimeoutMs?: number;
}

/** Options of a strategy: a connection of its own, or one shared with others. */
export type NatsStrategyOptions = StrategySettings &
  (NatsConnectionOptions | { connection: SharedConnection });

/** Is what {@link NatsStrategyOptions} come to. */
export interface ResolvedStrategyOptions {
  readonly connection: SharedConnection;
  readonly queue: string;
  readonly codec: Codec;
  readonly replyPrefixes: readonly string[];
  readonly shutdownTimeoutMs: number;
}

/** Says what is wrong with a strategy's settings. */
export function strategyFaults(settings: StrategySettings): string[] {
  const { queue = '', codec = 'json', replyPrefixes = [], shutdownTimeoutMs = 0 } = settings;
  const faults: string[] = [];
  const queueProblem = queue === '' ? undefined : queueFault(queue);
  if (queueProblem !== undefined) faults.push(`queue: ${queueProblem}`);
  const codecProblem = codecFault(codec);
  if (codecProblem !== undefined) faults.push(`codec: ${codecProblem}`);
  for (const prefix of replyPrefixes) {
    const problem = prefixFault(prefix);
    if (problem !== undefined) faults.push(`replyPrefixes: ${quote(prefix)}: ${problem}`);
  }
  if (!Number.isSafeInteger(shutdownTimeoutMs) || shutdownTimeoutMs < 0) {
    faults.push('shutdownTimeoutMs: expected a whole number, at least 0');
  }
  return faults;
}

/** @throws NatsTransportError `INVALID_OPTIONS` that names every fault at once */
export function resolveStrategyOptions(options: NatsStrategyOptions): ResolvedStrategyOptions {
  const {
    queue = '',
    codec = 'json',
    replyPrefixes = [],
    shutdownTimeoutMs = 10_000,
    ...rest
  } = options;
  const faults = strategyFaults({ queue, codec, replyPrefixes, shutdownTimeoutMs });
  return {
    connection: SharedConnection.from(rest, faults, 'NatsStrategy'),
    queue,
    codec: codecOf(codec),
    replyPrefixes,
    shutdownTimeoutMs,
  };
}

function prefixFault(prefix: unknown): string | undefined {
  if (typeof prefix === 'string' && prefix.startsWith('$'))
    return 'it is a subject space of the server';
  return subjectFault(prefix);
}
