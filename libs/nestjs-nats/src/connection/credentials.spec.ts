import { describe, expect, it } from '@jest/globals';
import { nkeys } from '@nats-io/transport-node';
import { Credentials } from './credentials.js';
import type { CredentialOptions } from './credential-options.js';

const SEED = Buffer.from(nkeys.createUser().getSeed()).toString();

function credentials(options: CredentialOptions): { ask(): unknown; said: string[] } & Credentials {
  const said: string[] = [];
  const made = new Credentials(options, (error) => said.push(String(error)));
  return Object.assign(made, { said, ask: () => made.authenticator('nonce') });
}

const turn = (): Promise<void> => new Promise(setImmediate);

describe('Credentials', () => {
  it('are none if there are none', async () => {
    const none = credentials({});
    await none.read();
    expect(none.ask()).toBeUndefined();
  });

  it.each<[string, CredentialOptions, unknown]>([
    ['a user', { user: 'ada', pass: 'p' }, { user: 'ada', pass: 'p' }],
    ['a user without a password', { user: 'ada' }, { user: 'ada', pass: undefined }],
    ['a token', { token: () => 't' }, { auth_token: 't' }],
    ['a seed', { nkeySeed: `${SEED}\n` }, { nkey: expect.stringMatching(/^U/) }],
    ['a JWT and a seed', { jwt: ' a.b.c\n', nkeySeed: async () => SEED }, { jwt: 'a.b.c' }],
    ['a bearer token', { jwt: 'a.b.c' }, { jwt: 'a.b.c', sig: '' }],
  ])('are given to the client: %s', async (_, options, auth) => {
    const given = credentials(options);
    await given.read();
    expect(given.ask()).toMatchObject(auth as object);
    expect(given.said).toEqual([]);
  });

  it('are asked for at each attempt', async () => {
    let n = 0;
    const counted = credentials({ token: () => `t${n++}` });
    await counted.read();
    expect([counted.ask(), counted.ask()]).toEqual([{ auth_token: 't1' }, { auth_token: 't2' }]);
  });

  it('that come late are used by the next attempt', async () => {
    let n = 0;
    const counted = credentials({ user: 'ada', pass: async () => `p${n++}` });
    await counted.read();
    expect(counted.ask()).toMatchObject({ pass: 'p0' });
    await turn();
    expect(counted.ask()).toMatchObject({ pass: 'p1' });
  });

  it.each<[string, () => string | Promise<string>]>([
    ['throws', () => fail()],
    ['rejects', async () => fail()],
    ['gives no text', async () => 5 as never],
  ])('of before are used while a function %s, and that is said once', async (_, broken) => {
    let works = true;
    const shaky = credentials({ token: () => (works ? 'good' : broken()) });
    await shaky.read();
    works = false;
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(shaky.ask()).toEqual({ auth_token: 'good' });
      await turn();
    }
    expect(shaky.said).toHaveLength(1);
    await expect(shaky.read()).rejects.toBeDefined();
    works = true;
    expect(shaky.ask()).toEqual({ auth_token: 'good' });
  });

  it.each<[string, CredentialOptions]>([
    ['a file that is not there', { credsFile: '/nowhere/ada.creds' }],
    ['a seed that is none', { nkeySeed: () => 'c4n4ry' }],
    ['a credentials file that is none', { creds: () => 'c4n4ry' }],
  ])('that cannot be used are told when they are read: %s', async (_, options) => {
    const error = await credentials(options)
      .read()
      .catch((cause: unknown) => cause);
    expect(error).toHaveProperty('stack');
    expect((error as Error).stack).not.toContain('c4n4ry');
  });
});

function fail(): never {
  throw new Error('the vault is sealed');
}
