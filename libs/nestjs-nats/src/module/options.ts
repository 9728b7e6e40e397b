import type { ClientSettings } from '../client/options.js';
import type { NatsConnectionOptions } from '../connection/options.js';
import type { StrategySettings } from '../server/options.js';

/** Options of {@link NatsModule}: those of the connection, the client and the strategy together. */
export type NatsModuleOptions = NatsConnectionOptions & ClientSettings & StrategySettings;
