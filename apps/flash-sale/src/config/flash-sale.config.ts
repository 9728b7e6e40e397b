import { integerBetween, readEnvironment, variable } from 'app-kit/config/environment';
import {
  databaseFile,
  databaseUrl,
  host,
  natsServers,
  port,
  processName,
} from 'app-kit/config/variables';
import { databaseConfig, type DatabaseConfig } from 'app-kit/database/database-config';
import { z } from 'zod';
import { type Items, parseItems } from './parse-items.js';
import { parseRoles, type Role, ROLES } from './parse-roles.js';

/** What tickets are signed with when nothing is set, outside production. */
const DEVELOPMENT_SECRET = 'a secret that everybody knows';

/** DI token of the {@link FlashSaleConfig}. */
export const FLASH_SALE_CONFIG = Symbol('FLASH_SALE_CONFIG');

/** What the sale is told by its environment, checked and complete. */
export interface FlashSaleConfig {
  readonly roles: ReadonlySet<Role>;
  /** Names this process in what it decides. */
  readonly name: string;
  readonly items: Items;
  /** How many purchases may wait; more are refused. */
  readonly maxWaiting: number;
  /** How many purchases this process decides at a time. */
  readonly concurrency: number;
  /** How long the work on a purchase takes, in milliseconds. */
  readonly workMs: number;
  /** Signs tickets; the same for all gateways. */
  readonly ticketSecret: string;
  /** How long a gateway waits for NATS, in milliseconds. */
  readonly timeoutMs: number;
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly nats: { readonly servers: string[] };
  readonly database: DatabaseConfig;
}

const environment = z.object({
  FLASH_SALE_ROLES: variable(z.string().default(ROLES.join(',')).transform(parseRoles), {
    expected: `a comma-separated list of ${ROLES.join(', ')}`,
  }),
  FLASH_SALE_NAME: processName,
  FLASH_SALE_ITEMS: variable(z.string().default('mug:10').transform(parseItems), {
    expected: 'a comma-separated list of article:stock, such as mug:10',
  }),
  FLASH_SALE_MAX_WAITING: variable(integerBetween(1, 1_000_000).default(1000), {
    expected: 'a number of purchases from 1 to 1000000',
  }),
  FLASH_SALE_CONCURRENCY: variable(integerBetween(1, 1000).default(8), {
    expected: 'a number of purchases from 1 to 1000',
  }),
  FLASH_SALE_WORK_MS: variable(integerBetween(0, 60_000).default(20), {
    expected: 'a number of milliseconds from 0 to 60000',
  }),
  FLASH_SALE_TICKET_SECRET: variable(z.string().min(16, 'is too short'), {
    expected: 'at least 16 characters (it has a default outside production only)',
    secret: true,
  }),
  FLASH_SALE_TIMEOUT_MS: variable(integerBetween(50, 60_000).default(2000), {
    expected: 'a number of milliseconds from 50 to 60000',
  }),
  HOST: host,
  PORT: port(3020),
  NATS_SERVERS: natsServers,
  DATABASE_URL: databaseUrl,
  DATABASE_FILE: databaseFile('./data/flash-sale.sqlite'),
});

/**
 * Reads the configuration of the sale.
 *
 * @throws ConfigurationError with every fault there is
 */
export function readFlashSaleConfig(env: NodeJS.ProcessEnv): FlashSaleConfig {
  const fallback = env['NODE_ENV'] === 'production' ? undefined : DEVELOPMENT_SECRET;
  const read = readEnvironment(environment, {
    ...env,
    FLASH_SALE_TICKET_SECRET: env['FLASH_SALE_TICKET_SECRET'] || fallback,
  });
  return {
    roles: read.FLASH_SALE_ROLES,
    name: read.FLASH_SALE_NAME,
    items: read.FLASH_SALE_ITEMS,
    maxWaiting: read.FLASH_SALE_MAX_WAITING,
    concurrency: read.FLASH_SALE_CONCURRENCY,
    workMs: read.FLASH_SALE_WORK_MS,
    ticketSecret: read.FLASH_SALE_TICKET_SECRET,
    timeoutMs: read.FLASH_SALE_TIMEOUT_MS,
    host: read.HOST,
    port: read.PORT,
    nats: { servers: read.NATS_SERVERS },
    database: databaseConfig(read.DATABASE_URL, read.DATABASE_FILE),
  };
}
