import { hostname } from 'node:os';
import { integerBetween, readEnvironment, variable } from 'app-kit/config/environment';
import { parseNatsServers } from 'app-kit/config/nats-servers';
import { z } from 'zod';

/** DI token of the {@link ChatConfig}. */
export const CHAT_CONFIG = Symbol('CHAT_CONFIG');

/** What the chat is told by its environment, checked and complete. */
export interface ChatConfig {
  /** Names this instance where it says which one a message came by. */
  readonly name: string;
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly nats: { readonly servers: string[]; readonly codec: 'json' };
}

const environment = z.object({
  CHAT_NAME: variable(
    z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'is no name')
      .default(`${hostname()}-${process.pid}`),
    { expected: 'up to 64 letters, digits, dots, dashes and underscores' },
  ),
  HOST: variable(z.string().default('127.0.0.1'), { expected: 'an address to listen on' }),
  PORT: variable(integerBetween(0, 65_535).default(3040), {
    expected: 'a port from 0 (any free one) to 65535',
  }),
  NATS_SERVERS: variable(
    z.string().default('nats://127.0.0.1:4222').transform(parseNatsServers),
    // a server's address may carry a password
    { expected: 'a comma-separated list such as nats://127.0.0.1:4222', secret: true },
  ),
  NATS_CODEC: variable(
    z.enum(['json'], { error: 'is no codec that can carry a message' }).default('json'),
    { expected: 'json' },
  ),
});

/**
 * Reads the chat's configuration.
 *
 * @throws ConfigurationError with every fault there is
 */
export function readChatConfig(env: NodeJS.ProcessEnv): ChatConfig {
  const read = readEnvironment(environment, env);
  return {
    name: read.CHAT_NAME,
    host: read.HOST,
    port: read.PORT,
    nats: { servers: read.NATS_SERVERS, codec: read.NATS_CODEC },
  };
}
