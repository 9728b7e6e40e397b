import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isNatsTransportError } from '../errors/transport-error.js';
import { credentialsIn, type NatsConnectionOptions, resolveConnectionOptions } from './options.js';

/** Gives every fault that is found in the options. */
function faultsOf(options: object, around?: string[]): unknown {
  try {
    resolveConnectionOptions(options, around);
    return [];
  } catch (error) {
    if (isNatsTransportError(error, 'INVALID_OPTIONS')) return error.details['faults'];
    throw error;
  }
}

describe('resolveConnectionOptions', () => {
  it('fills in the defaults', () => {
    expect(resolveConnectionOptions({})).toMatchObject({
      servers: ['127.0.0.1:4222'],
      inboxPrefix: '_INBOX',
      client: {
        servers: ['127.0.0.1:4222'],
        inboxPrefix: '_INBOX',
        timeout: 5_000,
        pingInterval: 10_000,
        maxPingOut: 2,
        reconnectTimeWait: 500,
        reconnectJitter: 500,
        maxReconnectAttempts: -1,
        ignoreAuthErrorAbort: true,
        noAsyncTraces: true,
      },
    });
  });

  it('takes undefined for what is not given', () => {
    const options: NatsConnectionOptions = {
      servers: undefined,
      connectTimeoutMs: undefined,
      pingInterval: undefined,
      inboxPrefix: undefined,
      user: undefined,
      tls: undefined,
    };
    expect(resolveConnectionOptions(options)).toEqual(resolveConnectionOptions({}));
  });

  it('passes the settings of the NATS client through under their own names', () => {
    const passed = {
      name: 'saver',
      tls: { caFile: 'ca.pem' },
      inboxPrefix: '_MINE',
      noEcho: true,
      noRandomize: true,
      ignoreClusterUpdates: true,
      pingInterval: 1,
      maxPingOut: 1,
      reconnectTimeWait: 0,
      reconnectJitter: 0,
      reconnectJitterTLS: 0,
    };
    expect(resolveConnectionOptions(passed).client).toMatchObject(passed);
    expect(resolveConnectionOptions({ tls: null }).client).toMatchObject({ tls: null });
  });

  it('hands connectTimeoutMs over by the name the client has for it', () => {
    const { client } = resolveConnectionOptions({ connectTimeoutMs: 123 });
    expect(client).toMatchObject({ timeout: 123 });
    expect(client).not.toHaveProperty('connectTimeoutMs');
  });

  it('takes credentials out of the addresses', () => {
    expect(resolveConnectionOptions({ servers: 'nats://u:p@a,b' })).toMatchObject({
      servers: ['a:4222', 'b:4222'],
      client: { servers: ['a:4222', 'b:4222'] },
    });
    expect(credentialsIn({ servers: 'nats://u:p@a,b' })).toEqual({ user: 'u', pass: 'p' });
    expect(credentialsIn({ servers: ['nats://t@a'] })).toEqual({ token: 't' });
    expect(credentialsIn({ servers: 'a', user: 'u' })).toMatchObject({ user: 'u' });
    expect(credentialsIn({ token: 't' })).toMatchObject({ token: 't' });
  });

  it.each<[NatsConnectionOptions]>([
    [{ servers: 'nats://u:c4n4ry@a' }],
    [{ servers: 'nats://c4n4ry@a' }],
    [{ user: 'u', pass: 'c4n4ry' }],
    [{ token: 'c4n4ry' }],
    [{ tls: { ca: 'c4n4ry' } }],
    [{ tls: { cert: 'c4n4ry', key: 'c4n4ry', passphrase: 'c4n4ry' } }],
  ])('shows no secret of %j when it is printed', (options) => {
    const resolved = resolveConnectionOptions(options);
    const printed = [
      JSON.stringify(resolved),
      inspect(resolved, { depth: Infinity, showHidden: true }),
      inspect({ ...resolved.client }, { depth: Infinity, showHidden: true }),
    ];
    expect(printed.join()).not.toContain('c4n4ry');
  });

  it('requires TLS for tls://, with the settings given', () => {
    expect(resolveConnectionOptions({ servers: 'tls://a' }).client.tls).toEqual({});
    const tls = { caFile: 'ca.pem' };
    expect(resolveConnectionOptions({ servers: 'tls://a', tls }).client.tls).toEqual(tls);
    expect(resolveConnectionOptions({ servers: 'nats://a', tls }).client.tls).toEqual(tls);
    expect(resolveConnectionOptions({ servers: 'nats://a' }).client).not.toHaveProperty('tls');
  });

  it('does not share its list with the client, which shuffles it', () => {
    const { servers, client } = resolveConnectionOptions({ servers: 'a,b' });
    expect(client.servers).not.toBe(servers);
  });

  it.each<[options: object, fault: unknown]>([
    [{ reconnect: false }, 'reconnect: reconnecting is always on'],
    [{ maxReconnectAttempts: 3 }, 'maxReconnectAttempts: reconnecting never ends'],
    [{ waitOnFirstConnect: true }, expect.stringMatching(/^waitOnFirstConnect: /)],
    [{ ignoreAuthErrorAbort: false }, expect.stringMatching(/^ignoreAuthErrorAbort: /)],
    [{ timeout: 1 }, 'timeout: use connectTimeoutMs'],
    [{ port: 4222 }, 'port: use servers'],
    [{ debug: true }, 'debug: it prints passwords'],
    [{ sevrers: 'a' }, 'sevrers: there is no such option'],
    [{ constructor: 1 }, 'constructor: there is no such option'],
    [{ servers: 5 }, expect.stringMatching(/^servers: expected a list/)],
    [{ user: 'u', token: 't' }, expect.stringMatching(/several places \(user, token\)/)],
    [
      { servers: 'nats://u:p@a', user: 'u', pass: 'p' },
      expect.stringMatching(/several places \(in servers, user\)/),
    ],
    [
      { servers: 'nats://t@a', authenticator: () => ({}) },
      expect.stringMatching(/several places \(in servers, authenticator\)/),
    ],
    [{ pass: 'p' }, 'pass: there is no user'],
    [{ credsFile: 'a', token: 't' }, expect.stringMatching(/several places \(token, credsFile\)/)],
    [{ jwt: 'a.b.c', jwtFile: 'b' }, 'jwtFile: there is jwt too; expected one of them'],
    [{ nkeySeed: 'secret' }, expect.stringMatching(/^nkeySeed: expected the seed of a user/)],
    [{ jwt: 'secret' }, expect.stringMatching(/^jwt: expected a JWT/)],
    [{ creds: './a.creds' }, expect.stringMatching(/^creds: .*use credsFile/)],
    [{ credsFile: '' }, 'credsFile: expected the path of a file'],
    [{ user: 5 }, 'user: expected a text, or a function that gives one'],
    [{ token: '' }, 'token: it is empty'],
    [{ authenticator: 'a' }, 'authenticator: expected a function, or a list of functions'],
    [{ maxBufferedBytes: 1 }, 'maxBufferedBytes: expected a whole number, at least 65536'],
    [{ onConnectFailure: 'retry' }, "onConnectFailure: expected 'fail' or 'wait'"],
    [{ tls: true }, 'tls: expected an object'],
    [{ servers: 'tls://a', tls: null }, expect.stringMatching(/^tls: null forbids TLS/)],
    [{ tls: { keyfile: 'a' } }, 'tls.keyfile: there is no such option'],
    [{ tls: { ca: 'a', caFile: 'b' } }, 'tls.caFile: there is tls.ca too; expected one of them'],
    [{ tls: { certFile: 'a' } }, expect.stringMatching(/^tls: a certificate needs its key/)],
    [{ tls: { key: 'a' } }, expect.stringMatching(/^tls: a certificate needs its key/)],
    [{ tls: { caFile: 5 } }, 'tls.caFile: expected a text'],
    [{ tls: { handshakeFirst: 'yes' } }, 'tls.handshakeFirst: expected true or false'],
    [{ inboxPrefix: '' }, 'inboxPrefix: it is empty'],
    [{ inboxPrefix: '_INBOX.' }, expect.stringMatching(/^inboxPrefix: it has an empty token/)],
    [{ inboxPrefix: 'a b' }, expect.stringMatching(/^inboxPrefix: it contains a space/)],
    [{ inboxPrefix: 'a.*' }, 'inboxPrefix: it has a wildcard'],
    [{ inboxPrefix: '>' }, 'inboxPrefix: it has a wildcard'],
    [{ inboxPrefix: 7 }, expect.stringMatching(/^inboxPrefix: .* not a string/)],
    [{ servers: [] }, 'servers: the list is empty'],
    [{ servers: 'http://a' }, expect.stringMatching(/^servers: "http:\/\/a" has another scheme/)],
  ])('refuses %p', (options, fault) => {
    expect(faultsOf(options)).toEqual([fault]);
  });

  const positive = ['connectTimeoutMs', 'pingInterval', 'maxPingOut'];
  const notNegative = ['reconnectTimeWait', 'reconnectJitter', 'reconnectJitterTLS'];

  it.each([
    ...positive.flatMap((name) =>
      [0, -1, 2 ** 31, 1.5, Number.NaN, Infinity, '1', null].map((v) => [name, v, 1]),
    ),
    ...notNegative.flatMap((name) =>
      [-1, 2 ** 31, 0.5, Number.NaN, Infinity, '1', null].map((v) => [name, v, 0]),
    ),
  ])('refuses %s %p: at least %d', (name, value, minimum) => {
    expect(faultsOf({ [name as string]: value })).toEqual([
      `${name}: expected a whole number from ${minimum} to 2147483647`,
    ]);
  });

  it('reports every fault at once, those around the options first', () => {
    const options = {
      servers: 'http://a,',
      debug: true,
      pingInterval: 0,
      pass: 'p',
      inboxPrefix: '',
    };
    expect(faultsOf(options, ['codec: there is no such codec'])).toEqual([
      'codec: there is no such codec',
      expect.stringMatching(/^debug/),
      expect.stringMatching(/^servers/),
      expect.stringMatching(/^servers/),
      expect.stringMatching(/^pingInterval/),
      expect.stringMatching(/^pass/),
      expect.stringMatching(/^inboxPrefix/),
    ]);
  });

  it('says all faults in the message', () => {
    expect(() => resolveConnectionOptions({ servers: [], inboxPrefix: '' })).toThrow(
      'Cannot use the NATS options: servers: the list is empty; inboxPrefix: it is empty.',
    );
  });

  it('never lets a setting it owns be overridden', () => {
    const owned = fc.constantFrom(
      'maxReconnectAttempts',
      'ignoreAuthErrorAbort',
      'noAsyncTraces',
      'timeout',
    );
    fc.assert(
      fc.property(owned, fc.anything(), (name, value) => {
        expect(faultsOf({ [name]: value })).toHaveLength(1);
      }),
    );
  });
});
