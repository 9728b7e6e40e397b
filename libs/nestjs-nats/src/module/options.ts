import { clientFaults, type ClientSettings } from '../client/options.js';
import type { NatsConnectionOptions } from '../connection/options.js';
import { strategyFaults, type StrategySettings } from '../server/options.js';

/** Options of {@link NatsModule}: those of the connection, the client and the strategy together. */
export type NatsModuleOptions = NatsConnectionOptions & ClientSettings & StrategySettings;

/** {@link NatsModuleOptions}, taken apart for those who use them. */
export interface NatsModuleParts {
  readonly connection: NatsConnectionOptions;
  readonly client: ClientSettings;
  readonly strategy: StrategySettings;
  /** What is wrong with the settings of client and strategy. */
  readonly faults: string[];
}

/** Takes module options apart; connection options are checked where the connection is made. */
export function partsOf(options: NatsModuleOptions): NatsModuleParts {
  const { codec, timeoutMs, queue, replyPrefixes, shutdownTimeoutMs, ...connection } = options;
  const client = { codec, timeoutMs };
  const strategy = { codec, queue, replyPrefixes, shutdownTimeoutMs };
  const faults = [...new Set([...clientFaults(client), ...strategyFaults(strategy)])];
  return { connection, client, strategy, faults };
}
