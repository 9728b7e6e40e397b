import { hostname } from 'node:os';
import { integerBetween, readEnvironment, variable } from 'app-kit/config/environment';
import { parseNatsServers } from 'app-kit/config/nats-servers';
import { databaseConfig, type DatabaseConfig } from 'app-kit/database/database-config';
import { z } from 'zod';

/** DI token of the {@link SaverConfig}. */
export const SAVER_CONFIG = Symbol('SAVER_CONFIG');

/** What the saver is told by its environment, checked and complete. */
export interface SaverConfig {
  /** Names this replica in the rows it stores. */
  readonly name: string;
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly nats: { readonly servers: string[]; readonly codec: 'json' };
  readonly database: DatabaseConfig;
  /** Where spans go. */
  readonly traces: 'none' | 'console';
}

const environment = z.object({
  SAVER_NAME: variable(
    z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'is no name')
      .default(`${hostname()}-${process.pid}`),
    { expected: 'up to 64 letters, digits, dots, dashes and underscores' },
  ),
  HOST: variable(z.string().default('127.0.0.1'), { expected: 'an address to listen on' }),
  SAVER_PORT: variable(integerBetween(0, 65_535).default(3001), {
    expected: 'a port from 0 (any free one) to 65535',
  }),
  NATS_SERVERS: variable(
    z.string().default('nats://127.0.0.1:4222').transform(parseNatsServers),
    // a server's address may carry a password
    { expected: 'a comma-separated list such as nats://127.0.0.1:4222', secret: true },
  ),
  NATS_CODEC: variable(
    z.enum(['json'], { error: 'is no codec that can carry a report' }).default('json'),
    { expected: 'json' },
  ),
  DATABASE_URL: variable(
    z
      .string()
      .regex(/^postgres(ql)?:\/\/./, 'is no address of a PostgreSQL database')
      .refine((url) => URL.canParse(url), 'cannot be read')
      .optional(),
    { expected: 'postgres://user:password@host:5432/database', secret: true },
  ),
  SAVER_DATABASE_FILE: variable(z.string().default('./data/saver.sqlite'), {
    expected: 'the path of an SQLite file (used when DATABASE_URL is not set)',
  }),
  OTEL_TRACES_EXPORTER: variable(
    z.enum(['none', 'console'], { error: 'is no exporter of this app' }).default('none'),
    { expected: 'none, or console for a line on each span' },
  ),
});

/**
 * Reads the saver's configuration.
 *
 * @throws ConfigurationError with every fault there is
 */
export function readSaverConfig(env: NodeJS.ProcessEnv): SaverConfig {
  const read = readEnvironment(environment, env);
  return {
    name: read.SAVER_NAME,
    host: read.HOST,
    port: read.SAVER_PORT,
    nats: { servers: read.NATS_SERVERS, codec: read.NATS_CODEC },
    database: databaseConfig(read.DATABASE_URL, read.SAVER_DATABASE_FILE),
    traces: read.OTEL_TRACES_EXPORTER,
  };
}
