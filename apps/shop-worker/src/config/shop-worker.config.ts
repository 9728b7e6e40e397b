import { hostname } from 'node:os';
import { integerBetween, readEnvironment, variable } from 'app-kit/config/environment';
import { parseNatsServers } from 'app-kit/config/nats-servers';
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
}

const environment = z.object({
  SHOP_WORKER: variable(z.string().default(STEPS.join(',')).transform(parseSteps), {
    expected: `a comma-separated list of ${STEPS.join(', ')}`,
  }),
  SHOP_WORKER_NAME: variable(
    z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'is no name')
      .default(`${hostname()}-${process.pid}`),
    { expected: 'up to 64 letters, digits, dots, dashes and underscores' },
  ),
  SHOP_STEP_MS: variable(integerBetween(0, 60_000).default(100), {
    expected: 'a number of milliseconds from 0 to 60000',
  }),
  HOST: variable(z.string().default('127.0.0.1'), { expected: 'an address to listen on' }),
  PORT: variable(integerBetween(0, 65_535).default(3031), {
    expected: 'a port from 0 (any free one) to 65535',
  }),
  NATS_SERVERS: variable(
    z.string().default('nats://127.0.0.1:4222').transform(parseNatsServers),
    // a server's address may carry a password
    { expected: 'a comma-separated list such as nats://127.0.0.1:4222', secret: true },
  ),
  DATABASE_URL: variable(
    z
      .string()
      .regex(/^postgres(ql)?:\/\/./, 'is no address of a PostgreSQL database')
      .refine((url) => URL.canParse(url), 'cannot be read')
      .optional(),
    { expected: 'postgres://user:password@host:5432/database', secret: true },
  ),
  DATABASE_FILE: variable(z.string().default('./data/shop-worker.sqlite'), {
    expected: 'the path of an SQLite file (used when DATABASE_URL is not set)',
  }),
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
  };
}
