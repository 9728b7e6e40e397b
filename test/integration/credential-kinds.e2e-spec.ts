import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { nkeys } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { rm } from 'node:fs/promises';
import { type NatsConnectionOptions, NatsClient, type NatsTransportError } from 'nestjs-nats';
import { JwtAuthority } from '../support/nats-jwt.js';
import { rejection } from '../support/rejection.js';
import { ReloadableServer } from '../support/reloadable-server.js';
import { waitFor } from '../support/wait-for.js';

const authority = new JwtAuthority();
const pair = nkeys.createUser();
const seed = Buffer.from(pair.getSeed()).toString();
const open: { close(): Promise<void> }[] = [];
let byJwt: ReloadableServer;
let byKey: ReloadableServer;

beforeAll(async () => {
  Logger.overrideLogger(false);
  byJwt = await ReloadableServer.start(authority.config);
  byKey = await ReloadableServer.start(nkeyConfig(pair.getPublicKey()));
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});
afterAll(() => Promise.all([byJwt.stop(), byKey.stop()]));

function nkeyConfig(...keys: string[]): string {
  return `authorization { users: [ ${keys.map((key) => `{ nkey: ${key} }`).join(', ')} ] }`;
}

function client({ server }: ReloadableServer, options: NatsConnectionOptions): NatsClient {
  const quick = { reconnectTimeWait: 20, reconnectJitter: 0 };
  const made = new NatsClient({ servers: server.url, ...quick, ...options });
  open.push(made);
  return made;
}

const { jwt, seed: jwtSeed, creds } = authority.user();

it.each<[string, () => Promise<NatsConnectionOptions> | NatsConnectionOptions]>([
  ['creds', () => ({ creds })],
  ['a function for creds', () => ({ creds: async () => creds })],
  ['credsFile', async () => ({ credsFile: await byJwt.write('ada.creds', creds) })],
  ['jwt and nkeySeed', () => ({ jwt, nkeySeed: jwtSeed })],
  [
    'jwtFile and nkeySeedFile',
    async () => ({
      jwtFile: await byJwt.write('ada.jwt', `${jwt}\n`),
      nkeySeedFile: await byJwt.write('ada.nk', `${jwtSeed}\n`),
    }),
  ],
])('a server with JWTs lets in who has %s', async (_, options) => {
  await client(byJwt, await options()).publish('let.in', 1, { confirm: 'flush' });
});

it.each<[string, () => Promise<NatsConnectionOptions> | NatsConnectionOptions]>([
  ['nkeySeed', () => ({ nkeySeed: seed })],
  ['a function for nkeySeed', () => ({ nkeySeed: () => seed })],
  ['nkeySeedFile', async () => ({ nkeySeedFile: await byKey.write('ada.nk', seed) })],
])('a server with NKeys lets in who has %s', async (_, options) => {
  await client(byKey, await options()).publish('let.in', 1, { confirm: 'flush' });
});

it.each<[string, () => ReloadableServer, NatsConnectionOptions]>([
  ['creds of another operator', () => byJwt, { creds: new JwtAuthority().user().creds }],
  ['a JWT with the seed of another', () => byJwt, { jwt, nkeySeed: authority.user().seed }],
  ['no creds', () => byJwt, {}],
  ['an unknown NKey', () => byKey, { nkeySeed: jwtSeed }],
])('a server refuses %s: CONNECTION_FAILED', async (_, server, options) => {
  await expect(client(server(), options).connect()).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
  });
});

it('a credentials file that is not there is named', async () => {
  const error = await rejection<NatsTransportError>(
    client(byJwt, { credsFile: '/nowhere/ada.creds' }).connect(),
  );
  expect(error).toMatchObject({ code: 'CONNECTION_FAILED' });
  expect(error.message).toContain('/nowhere/ada.creds');
});

it('credentials that do not come are waited for as long as a connection', async () => {
  const never = client(byKey, {
    token: () => new Promise<string>(() => undefined),
    connectTimeoutMs: 50,
  });
  await expect(never.connect()).rejects.toThrow(/credentials did not come within 50 ms/);
});

describe('F5: credentials that change while the connection stands', () => {
  function passwordConfig(password: string): string {
    return `authorization { user: ada, password: "${password}" }`;
  }

  async function comesBack(
    options: (server: ReloadableServer) => Promise<NatsConnectionOptions>,
    change: (server: ReloadableServer) => Promise<void>,
    config: string,
  ): Promise<void> {
    const server = await ReloadableServer.start(config);
    open.push({ close: () => server.stop() });
    const made = client(server, await options(server));
    const events: string[] = [];
    for (const event of ['disconnect', 'reconnect', 'close'] as const)
      made.on(event, () => events.push(event));
    await made.connect();
    await change(server);
    await waitFor(() => events.includes('reconnect'), {
      what: () => `reconnect, got ${events.join()}`,
    });
    await made.publish('rotated', 1, { confirm: 'flush' });
    expect(events).toEqual(['disconnect', 'reconnect']);
    await made.close();
    open.splice(open.indexOf(made), 1);
  }

  it('a password from a function', async () => {
    let pass = 'old';
    await comesBack(
      async () => ({ user: 'ada', pass: () => pass }),
      async (server) => {
        await server.reload(passwordConfig('new'));
        pass = 'new';
      },
      passwordConfig('old'),
    );
  });

  it('a password from an asynchronous function', async () => {
    let pass = 'old';
    await comesBack(
      async () => ({ user: 'ada', pass: async () => pass }),
      async (server) => {
        pass = 'new';
        await server.reload(passwordConfig('new'));
      },
      passwordConfig('old'),
    );
  });

  it('a seed from a file, which is away for a moment', async () => {
    const next = nkeys.createUser();
    let path = '';
    await comesBack(
      async (server) => ({ nkeySeedFile: (path = await server.write('ada.nk', seed)) }),
      async (server) => {
        await rm(path);
        await server.reload(nkeyConfig(next.getPublicKey()));
        await waitFor(async () => /authentication error/i.test(await server.server.logs()), {
          what: 'an attempt with the old seed',
        });
        await server.write('ada.nk', Buffer.from(next.getSeed()).toString());
      },
      nkeyConfig(pair.getPublicKey()),
    );
  });

  it('a JWT that expires, from a credentials file', async () => {
    let path = '';
    await comesBack(
      async (server) => {
        const short = authority.user(Math.floor(Date.now() / 1_000) + 2);
        return { credsFile: (path = await server.write('ada.creds', short.creds)) };
      },
      async (server) => {
        await server.write('ada.creds', authority.user().creds);
        expect(path).not.toBe('');
      },
      authority.config,
    );
  });

  it('more than two refusals do not end it', async () => {
    let pass = 'old';
    await comesBack(
      async () => ({ user: 'ada', pass: () => pass }),
      async (server) => {
        await server.reload(passwordConfig('new'));
        const refusals = async (): Promise<number> =>
          (await server.server.logs()).split(/authentication error/i).length - 1;
        await waitFor(async () => (await refusals()) >= 5, { what: 'five refusals' });
        pass = 'new';
      },
      passwordConfig('old'),
    );
  });
});
