import { wholeNumberFault } from '../../errors/option-faults.js';
import { tokenFault } from '../../subject/subject.js';

/** How JetStream is reached. */
export interface JetStreamOptions {
  /** The JetStream domain, for leaf nodes and hubs. Default: the one of the server. */
  domain?: string;
  /** How long the server may take to answer, in milliseconds. Default 5000, minimum 1. */
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

/** Says what is wrong with JetStream options. */
export function jetStreamFaults({ domain, apiTimeoutMs }: JetStreamOptions): string[] {
  const faults: string[] = [];
  if (domain !== undefined) {
    const fault =
      tokenFault(domain) ?? (/[.*>]/.test(domain) ? 'it is no single token' : undefined);
    if (fault !== undefined) faults.push(`jetstream.domain: ${fault}`);
  }
  if (apiTimeoutMs !== undefined) {
    const fault = wholeNumberFault(apiTimeoutMs, 1);
    if (fault !== undefined) faults.push(`jetstream.apiTimeoutMs: ${fault}`);
  }
  return faults;
}

/** Fills in the defaults; the options have been checked. */
export function resolveJetStreamOptions(options: JetStreamOptions = {}): ResolvedJetStreamOptions {
  const { domain, apiTimeoutMs = 5_000 } = options;
  return {
    apiPrefix: domain === undefined ? DEFAULT_API_PREFIX : `$JS.${domain}.API`,
    apiTimeoutMs,
  };
}
