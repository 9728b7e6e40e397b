import { describe } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StartNatsServerOptions } from 'nestjs-nats/testing';

/** What makes `startNatsServer()` take a server of some age. */
export type ServerVersion = Pick<StartNatsServerOptions, 'version' | 'minVersion' | 'env'>;

const { config } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
) as { config: { natsServer: { oldest: string; newest: string } } };

// what names one server for all other tests (`npm run test:servers`) does not count for these
const env = { ...process.env, NATS_SERVER_BIN: undefined };

/** The servers that `npm run nats:install` brings: of the oldest line that is supported, and the newest. */
export const SERVER_VERSIONS = {
  oldest: { version: config.natsServer.oldest, env },
  newest: { minVersion: config.natsServer.newest, env },
} as const satisfies Record<string, ServerVersion>;

/** Describes what has to hold on the oldest server and on the newest: `startNatsServer(wanted)`. */
export function describeOnVersions(
  name: string,
  tests: (wanted: ServerVersion, age: keyof typeof SERVER_VERSIONS) => void,
): void {
  for (const age of ['oldest', 'newest'] as const) {
    describe(`${name}, on the ${age} nats-server`, () => {
      tests(SERVER_VERSIONS[age], age);
    });
  }
}
