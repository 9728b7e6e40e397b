import { hostname } from 'node:os';
import { z } from 'zod';
import { integerBetween, variable } from './environment.js';
import { parseNatsServers } from './nats-servers.js';

/** The address that an app listens on. */
export const host = variable(z.string().default('127.0.0.1'), {
  expected: 'an address to listen on',
});

/** The port that an app listens on; 0 means any free one. */
export const port = (fallback: number) =>
  variable(integerBetween(0, 65_535).default(fallback), {
    expected: 'a port from 0 (any free one) to 65535',
  });

/** What tells one process of an app from the others; by default its host and its number there. */
export const processName = variable(
  z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'is no name')
    .default(`${hostname()}-${process.pid}`),
  { expected: 'up to 64 letters, digits, dots, dashes and underscores' },
);

/** The NATS servers to connect to: any of them will do. */
export const natsServers = variable(
  z.string().default('nats://127.0.0.1:4222').transform(parseNatsServers),
  // a server's address may carry a password
  { expected: 'a comma-separated list such as nats://127.0.0.1:4222', secret: true },
);

/** The codec of messages whose contract is JSON, so that another one is refused and not ignored. */
export const jsonCodec = (what: string) =>
  variable(z.enum(['json'], { error: `is no codec that can carry a ${what}` }).default('json'), {
    expected: 'json',
  });

/** The address of a PostgreSQL database, if there is one. */
export const databaseUrl = variable(
  z
    .string()
    .regex(/^postgres(ql)?:\/\/./, 'is no address of a PostgreSQL database')
    .refine((url) => URL.canParse(url), 'cannot be read')
    .optional(),
  { expected: 'postgres://user:password@host:5432/database', secret: true },
);

/** The file of an SQLite database, for an app without {@link databaseUrl}. */
export const databaseFile = (fallback: string) =>
  variable(z.string().default(fallback), {
    expected: 'the path of an SQLite file (used when DATABASE_URL is not set)',
  });

/** Where spans go, under the name that OpenTelemetry gives the variable. */
export const tracesExporter = variable(
  z.enum(['none', 'console'], { error: 'is no exporter of this app' }).default('none'),
  { expected: 'none, or console for a line on each span' },
);

/** Who gets the metrics, under the name that OpenTelemetry gives the variable. */
export const metricsExporter = variable(
  z.enum(['none', 'prometheus'], { error: 'is no exporter of this app' }).default('none'),
  { expected: 'none, or prometheus for a page that it reads' },
);
