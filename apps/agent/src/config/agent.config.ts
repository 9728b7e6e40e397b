import { integerBetween, readEnvironment, variable } from 'app-kit/config/environment';
import { host, jsonCodec, natsServers, port, tracesExporter } from 'app-kit/config/variables';
import { z } from 'zod';
import { type AppKeys, parseAppKeys } from './app-keys.js';

/** The application that may report when `AGENT_APPS` is not set, outside production. */
export const DEVELOPMENT_APPS = 'demo-app:demo-key';

/** DI token of the {@link AgentConfig}. */
export const AGENT_CONFIG = Symbol('AGENT_CONFIG');

/** What the agent is told by its environment, checked and complete. */
export interface AgentConfig {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly nats: { readonly servers: string[]; readonly codec: 'json' };
  readonly apps: AppKeys;
  /** Largest request body, in bytes. */
  readonly bodyLimitBytes: number;
  /** How long a report may wait for NATS to confirm it, in milliseconds. */
  readonly publishTimeoutMs: number;
  /** Where spans go. */
  readonly traces: 'none' | 'console';
}

const environment = z.object({
  HOST: host,
  PORT: port(3000),
  NATS_SERVERS: natsServers,
  NATS_CODEC: jsonCodec('report'),
  AGENT_APPS: variable(z.string().transform(parseAppKeys), {
    expected: 'a comma-separated list of appId:appKey (it has a default outside production only)',
    secret: true,
  }),
  AGENT_BODY_LIMIT_BYTES: variable(integerBetween(1024, 1_048_576).default(262_144), {
    expected: 'a number of bytes from 1024 to 1048576 (the usual limit of a NATS message)',
  }),
  AGENT_PUBLISH_TIMEOUT_MS: variable(integerBetween(50, 60_000).default(2000), {
    expected: 'a number of milliseconds from 50 to 60000',
  }),
  OTEL_TRACES_EXPORTER: tracesExporter,
});

/**
 * Reads the agent's configuration.
 *
 * @throws ConfigurationError with every fault there is
 */
export function readAgentConfig(env: NodeJS.ProcessEnv): AgentConfig {
  const fallback = env['NODE_ENV'] === 'production' ? undefined : DEVELOPMENT_APPS;
  const read = readEnvironment(environment, {
    ...env,
    AGENT_APPS: env['AGENT_APPS'] || fallback,
  });
  return {
    host: read.HOST,
    port: read.PORT,
    nats: { servers: read.NATS_SERVERS, codec: read.NATS_CODEC },
    apps: read.AGENT_APPS,
    bodyLimitBytes: read.AGENT_BODY_LIMIT_BYTES,
    publishTimeoutMs: read.AGENT_PUBLISH_TIMEOUT_MS,
    traces: read.OTEL_TRACES_EXPORTER,
  };
}
