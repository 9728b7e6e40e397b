import { integerBetween, readEnvironment, variable } from 'app-kit/config/environment';
import {
  databaseFile,
  databaseUrl,
  host,
  natsServers,
  port,
  processName,
  tracesExporter,
} from 'app-kit/config/variables';
import { databaseConfig, type DatabaseConfig } from 'app-kit/database/database-config';
import { z } from 'zod';
import { type Step, STEPS } from '../step/order-message.js';
import { parseSteps } from './parse-steps.js';

/** DI token of the {@link ShopWorkerConfig}. */
export const SHOP_WORKER_CONFIG = Symbol('SHOP_WORKER_CONFIG');

/** What a worker is told by its environment, checked and complete. */
export interface ShopWorkerConfig {
  /** The steps this process does. */
  readonly steps: readonly Step[];
  /** Names this process in the rows it stores. */
  readonly name: string;
  /** How long the work of a step takes, in milliseconds. */
  readonly stepMs: number;
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly nats: { readonly servers: string[] };
  readonly database: DatabaseConfig;
  /** Where spans go. */
  readonly traces: 'none' | 'console';
}

const environment = z.object({
  SHOP_WORKER: variable(z.string().default(STEPS.join(',')).transform(parseSteps), {
    expected: `a comma-separated list of ${STEPS.join(', ')}`,
  }),
  SHOP_WORKER_NAME: processName,
  SHOP_STEP_MS: variable(integerBetween(0, 60_000).default(100), {
    expected: 'a number of milliseconds from 0 to 60000',
  }),
  HOST: host,
  PORT: port(3031),
  NATS_SERVERS: natsServers,
  DATABASE_URL: databaseUrl,
  DATABASE_FILE: databaseFile('./data/shop-worker.sqlite'),
  OTEL_TRACES_EXPORTER: tracesExporter,
});

/**
 * Reads the configuration of a worker.
 *
 * @throws ConfigurationError with every fault there is
 */
export function readShopWorkerConfig(env: NodeJS.ProcessEnv): ShopWorkerConfig {
  const read = readEnvironment(environment, env);
  return {
    steps: read.SHOP_WORKER,
    name: read.SHOP_WORKER_NAME,
    stepMs: read.SHOP_STEP_MS,
    host: read.HOST,
    port: read.PORT,
    nats: { servers: read.NATS_SERVERS },
    database: databaseConfig(read.DATABASE_URL, read.DATABASE_FILE),
    traces: read.OTEL_TRACES_EXPORTER,
  };
}
