import { integerBetween, readEnvironment, variable } from 'app-kit/config/environment';
import { parseNatsServers } from 'app-kit/config/nats-servers';
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
}

const environment = z.object({
  SHOP_STEP_MS: variable(integerBetween(0, 60_000).default(100), {
    expected: 'a number of milliseconds from 0 to 60000',
  }),
  SHOP_STEP_TIMEOUT_MS: variable(integerBetween(50, 60_000).default(2000), {
    expected: 'a number of milliseconds from 50 to 60000',
  }),
  HOST: variable(z.string().default('127.0.0.1'), { expected: 'an address to listen on' }),
  PORT: variable(integerBetween(0, 65_535).default(3030), {
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
  DATABASE_FILE: variable(z.string().default('./data/shop.sqlite'), {
    expected: 'the path of an SQLite file (used when DATABASE_URL is not set)',
  }),
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
  };
}
