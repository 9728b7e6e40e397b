import { readEnvironment } from 'app-kit/config/environment';
import {
  databaseFile,
  databaseUrl,
  host,
  jsonCodec,
  metricsExporter,
  natsServers,
  port,
  processName,
  tracesExporter,
} from 'app-kit/config/variables';
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
  /** Whether there is a page of metrics. */
  readonly metrics: 'none' | 'prometheus';
}

const environment = z.object({
  SAVER_NAME: processName,
  HOST: host,
  SAVER_PORT: port(3001),
  NATS_SERVERS: natsServers,
  NATS_CODEC: jsonCodec('report'),
  DATABASE_URL: databaseUrl,
  SAVER_DATABASE_FILE: databaseFile('./data/saver.sqlite'),
  OTEL_TRACES_EXPORTER: tracesExporter,
  OTEL_METRICS_EXPORTER: metricsExporter,
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
    metrics: read.OTEL_METRICS_EXPORTER,
  };
}
