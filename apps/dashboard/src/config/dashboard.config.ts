import { readEnvironment, variable } from 'app-kit/config/environment';
import { host, jsonCodec, natsServers, port, tracesExporter } from 'app-kit/config/variables';
import { z } from 'zod';

/** As whom test events are reported when `AGENT_APP` is not set, outside production. */
const DEVELOPMENT_APP = 'demo-app:demo-key';

/** DI token of the {@link DashboardConfig}. */
export const DASHBOARD_CONFIG = Symbol('DASHBOARD_CONFIG');

/** Where test events go, and as whose. */
export interface AgentAccess {
  /** Without a slash at the end. */
  readonly url: string;
  readonly appId: string;
  readonly appKey: string;
}

/** What the dashboard is told by its environment, checked and complete. */
export interface DashboardConfig {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly nats: { readonly servers: string[]; readonly codec: 'json' };
  /** Nothing: there is no form for test events. */
  readonly agent: AgentAccess | undefined;
  /** Where spans go. */
  readonly traces: 'none' | 'console';
}

const environment = z.object({
  HOST: host,
  PORT: port(3010),
  NATS_SERVERS: natsServers,
  NATS_CODEC: jsonCodec('report'),
  AGENT_URL: variable(
    z
      .string()
      .regex(/^https?:\/\/./, 'is no address')
      .refine((url) => URL.canParse(url), 'cannot be read')
      .transform((url) => url.replace(/\/+$/, ''))
      .default('http://127.0.0.1:3000'),
    { expected: 'the address of an agent, such as http://127.0.0.1:3000' },
  ),
  AGENT_APP: variable(
    z
      .string()
      .regex(/^[^:]+:./, 'is not appId:appKey')
      .optional(),
    {
      expected: 'the appId:appKey to report test events with',
      secret: true,
    },
  ),
  OTEL_TRACES_EXPORTER: tracesExporter,
});

/**
 * Reads the dashboard's configuration.
 *
 * @throws ConfigurationError with every fault there is
 */
export function readDashboardConfig(env: NodeJS.ProcessEnv): DashboardConfig {
  const fallback = env['NODE_ENV'] === 'production' ? undefined : DEVELOPMENT_APP;
  const read = readEnvironment(environment, {
    ...env,
    AGENT_APP: env['AGENT_APP'] || fallback,
  });
  return {
    host: read.HOST,
    port: read.PORT,
    nats: { servers: read.NATS_SERVERS, codec: read.NATS_CODEC },
    agent: accessOf(read.AGENT_URL, read.AGENT_APP),
    traces: read.OTEL_TRACES_EXPORTER,
  };
}

function accessOf(url: string, app: string | undefined): AgentAccess | undefined {
  if (app === undefined) return undefined;
  const [appId = '', ...rest] = app.split(':');
  return { url, appId, appKey: rest.join(':') };
}
