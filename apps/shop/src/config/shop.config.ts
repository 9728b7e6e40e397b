import { integerBetween, readEnvironment, variable } from 'app-kit/config/environment';
import {
  databaseFile,
  databaseUrl,
  host,
  natsServers,
  port,
  tracesExporter,
} from 'app-kit/config/variables';
import { databaseConfig, type DatabaseConfig } from 'app-kit/database/database-config';
import { z } from 'zod';

/** DI token of the {@link ShopConfig}. */
export const SHOP_CONFIG = Symbol('SHOP_CONFIG');

/** What the shop is told by its environment, checked and complete. */
export interface ShopConfig {
  /** How long it takes to create an order, in milliseconds. */
  readonly stepMs: number;
  /** How long one step, or the stream's acknowledgement, may take, in milliseconds. */
  readonly stepTimeoutMs: number;
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly nats: { readonly servers: string[] };
  readonly database: DatabaseConfig;
  /** Where spans go. */
  readonly traces: 'none' | 'console';
}

const environment = z.object({
  SHOP_STEP_MS: variable(integerBetween(0, 60_000).default(100), {
    expected: 'a number of milliseconds from 0 to 60000',
  }),
  SHOP_STEP_TIMEOUT_MS: variable(integerBetween(50, 60_000).default(2000), {
    expected: 'a number of milliseconds from 50 to 60000',
  }),
  HOST: host,
  PORT: port(3030),
  NATS_SERVERS: natsServers,
  DATABASE_URL: databaseUrl,
  DATABASE_FILE: databaseFile('./data/shop.sqlite'),
  OTEL_TRACES_EXPORTER: tracesExporter,
});

/**
 * Reads the shop's configuration.
 *
 * @throws ConfigurationError with every fault there is
 */
export function readShopConfig(env: NodeJS.ProcessEnv): ShopConfig {
  const read = readEnvironment(environment, env);
  return {
    stepMs: read.SHOP_STEP_MS,
    stepTimeoutMs: read.SHOP_STEP_TIMEOUT_MS,
    host: read.HOST,
    port: read.PORT,
    nats: { servers: read.NATS_SERVERS },
    database: databaseConfig(read.DATABASE_URL, read.DATABASE_FILE),
    traces: read.OTEL_TRACES_EXPORTER,
  };
}
