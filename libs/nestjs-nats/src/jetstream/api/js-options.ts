import {
  MAX_TIMER_MS,
  named,
  unknownOptionFaults,
  wholeNumberFault,
} from '../../errors/option-faults.js';
import { describe } from '../../errors/quote.js';
import { tokenFault } from '../../subject/subject.js';
import { isRecord } from './setting-checks.js';

/** How JetStream is reached. */
export interface JetStreamOptions {
  /** The JetStream domain, for leaf nodes and hubs. Default: the one of the server. */
  domain?: string;
  /**
   * How long the server may take to answer, in milliseconds. A start asks again for four times as
   * long while a stream or consumer has no leader. Default 5000, minimum 1.
   */
  apiTimeoutMs?: number;
}

/** Is where the JetStream of the server's own domain answers. */
export const DEFAULT_API_PREFIX = '$JS.API';

/** Is what {@link JetStreamOptions} come to. */
export interface ResolvedJetStreamOptions {
  /** What stands before the name of an operation, without the trailing dot. */
  readonly apiPrefix: string;
  readonly apiTimeoutMs: number;
}

/** Says what is wrong with the option `jetstream`, each sentence beginning with its place. */
export function jetStreamFaults(option: unknown): string[] {
  if (option === undefined) return [];
  if (!isRecord(option)) return [`jetstream: expected an object, got ${describe(option)}`];
  const { domain, apiTimeoutMs } = option as JetStreamOptions;
  return [
    ...unknownOptionFaults(option, ['domain', 'apiTimeoutMs']),
    ...named('domain', domain === undefined ? undefined : domainFault(domain)),
    ...named('apiTimeoutMs', apiTimeoutMs === undefined ? undefined : timeFault(apiTimeoutMs)),
  ].map((fault) => `jetstream.${fault}`);
}

function domainFault(domain: string): string | undefined {
  return tokenFault(domain) ?? (/[.*>]/.test(domain) ? 'it is no single token' : undefined);
}

function timeFault(timeoutMs: number): string | undefined {
  return wholeNumberFault(timeoutMs, 1, MAX_TIMER_MS);
}

/** Fills in the defaults; the options have been checked. */
export function resolveJetStreamOptions(options: JetStreamOptions = {}): ResolvedJetStreamOptions {
  const { domain, apiTimeoutMs = 5_000 } = options;
  return {
    apiPrefix: domain === undefined ? DEFAULT_API_PREFIX : `$JS.${domain}.API`,
    apiTimeoutMs,
  };
}
