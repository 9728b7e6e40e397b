import { readEnvironment, variable } from 'app-kit/config/environment';
import { host, natsServers, port, processName } from 'app-kit/config/variables';
import { z } from 'zod';
import { CODECS } from '../wire/codec.js';

/** DI token of the {@link ChatConfig}. */
export const CHAT_CONFIG = Symbol('CHAT_CONFIG');

/** What the chat is told by its environment, checked and complete. */
export interface ChatConfig {
  /** Names this instance where it says which one a message came by. */
  readonly name: string;
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly nats: { readonly servers: string[] };
  /** How payloads are written and read. */
  readonly codec: (typeof CODECS)[number];
}

const environment = z.object({
  CHAT_NAME: processName,
  HOST: host,
  PORT: port(3040),
  NATS_SERVERS: natsServers,
  NATS_CODEC: variable(z.enum(CODECS, { error: 'is no codec of this app' }).default('json'), {
    expected: CODECS.join(' or '),
  }),
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
    nats: { servers: read.NATS_SERVERS },
    codec: read.NATS_CODEC,
  };
}
