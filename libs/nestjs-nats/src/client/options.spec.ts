import { describe, expect, it } from '@jest/globals';
import { jsonCodec } from '../codec/json.js';
import { rawCodec } from '../codec/raw.js';
import { NatsSharedConnection, sharedConnectionOf } from '../connection/nats-shared-connection.js';
import { callTimeout, clientFaults, type ClientSettings, resolveClientOptions } from './options.js';

const LONGEST_MS = 2 ** 31 - 1;
const serializer = { serialize: (packet: unknown): string => JSON.stringify(packet) };

const badTimeouts = [0, 0.5, -1, 2 ** 31, Infinity, Number.NaN, '5', null, {}];

describe('clientFaults', () => {
  it.each<ClientSettings>([
    {},
    { codec: 'text' },
    { timeoutMs: 1 },
    { timeoutMs: 0.1 + 1 },
    { timeoutMs: LONGEST_MS },
    { headers: { tenant: 'acme' } },
    { headers: new Map([['tenant', ['a', 'b']]]) },
    { replyPrefixes: ['_MINE', 'team.inbox'] },
    { envelope: 'nest' },
    { serializer, deserializer: { deserialize: (): unknown => ({}) } },
    { streams: [{ name: 'ORDERS', subjects: ['orders.>'] }], provision: 'off' },
    { jetstream: { domain: 'hub' }, publishRetry: { attempts: 1 } },
    { shutdownTimeoutMs: 0 },
    { codec: undefined, timeoutMs: undefined, headers: undefined, envelope: undefined },
  ])('accepts %p', (settings) => {
    expect(clientFaults(settings)).toEqual([]);
  });

  it.each<[settings: object, fault: RegExp]>([
    [{ codec: 'xml' }, /^codec: "xml" is no codec/],
    [{ codec: null }, /^codec: a codec is an object/],
    [{ headers: { 'a b': '1' } }, /^headers: Cannot set the header "a b"/],
    [{ headers: { 'Nats-Msg-Id': '1' } }, /^headers: .*the name is reserved/],
    [{ headers: { a: '1\r\n2' } }, /^headers: .*a line break or NUL/],
    [{ headers: 'a: 1' }, /^headers: .*expected an object or a Map/],
    [{ headers: null }, /^headers: .*expected an object or a Map/],
    [{ replyPrefixes: ['$JS'] }, /^replyPrefixes: "\$JS": it is a subject space of the server$/],
    [{ replyPrefixes: '_MINE' }, /^replyPrefixes: expected a list of texts$/],
    [{ envelope: 'both' }, /^envelope: expected 'plain' or 'nest'$/],
    [{ serializer: {} }, /^serializer: expected an object with serialize\(\)$/],
    [{ interceptors: () => 1 }, /^interceptors: expected a list of functions$/],
    [{ serializer: null }, /^serializer: expected/],
    [{ deserializer: null }, /^deserializer: expected/],
    [{ streams: {} }, /^streams: expected a list/],
    [{ streams: [{ name: 'a.b', subjects: ['a'] }] }, /^streams\[0\].*name: it contains "\."/],
    [{ provision: 'yes' }, /^provision: expected 'create', 'update', 'verify' or 'off'$/],
    [{ jetstream: { domain: 'a.b' } }, /^jetstream\.domain: /],
    [{ publishRetry: { attempts: 0 } }, /^publishRetry\.attempts: /],
    [{ shutdownTimeoutMs: -1 }, /^shutdownTimeoutMs: expected a whole number from 0/],
    [{ deserializer: {} }, /^deserializer: expected an object with deserialize\(\)$/],
  ])('refuses %p', (settings, fault) => {
    expect(clientFaults(settings)).toEqual([expect.stringMatching(fault)]);
  });

  it.each(badTimeouts)('refuses timeoutMs %p', (timeoutMs) => {
    expect(clientFaults({ timeoutMs: timeoutMs as number })).toEqual([
      `timeoutMs: expected a number of milliseconds from 1 to ${LONGEST_MS}`,
    ]);
  });
});

describe('whileDisconnected and confirm', () => {
  it.each<[object, string]>([
    [{ whileDisconnected: 'buffer' }, "whileDisconnected: expected 'refuse' or { bufferBytes }"],
    [{ whileDisconnected: null }, "whileDisconnected: expected 'refuse' or { bufferBytes }"],
    [{ whileDisconnected: {} }, "whileDisconnected: expected 'refuse' or { bufferBytes }"],
    [
      { whileDisconnected: { bufferBytes: 0 } },
      'whileDisconnected: bufferBytes: expected a whole number, at least 1',
    ],
    [
      { whileDisconnected: { bufferBytes: 1, seconds: 1 } },
      'whileDisconnected: seconds: there is no such option',
    ],
    [{ confirm: true }, "confirm: expected 'flush' or 'none'"],
  ])('are refused: %j', (options, fault) => {
    expect(clientFaults(options)).toEqual([fault]);
  });

  it('come to a number of bytes', () => {
    expect(resolveClientOptions({})).toMatchObject({ bufferBytes: 0, confirm: 'none' });
    const whileDisconnected = { bufferBytes: 7 };
    expect(resolveClientOptions({ whileDisconnected })).toMatchObject({ bufferBytes: 7 });
    expect(resolveClientOptions({ whileDisconnected: 'refuse' })).toMatchObject({ bufferBytes: 0 });
  });
});

describe('resolveClientOptions', () => {
  it('fills in the defaults', () => {
    const { connection, ...settings } = resolveClientOptions({});
    expect(connection.options.servers).toEqual(['127.0.0.1:4222']);
    expect(settings).toMatchObject({
      codec: jsonCodec,
      timeoutMs: 5_000,
      headers: undefined,
      replyPrefixes: [],
      interceptors: [],
      envelope: 'plain',
      streams: [],
      provision: 'create',
      jetstream: { apiPrefix: '$JS.API' },
      publishRetry: { msgIds: 'given' },
    });
  });

  it('keeps what is given, and makes a connection of the rest', () => {
    const resolved = resolveClientOptions({ servers: 'a:1', codec: 'raw', timeoutMs: 7 });
    expect(resolved).toMatchObject({ codec: rawCodec, timeoutMs: 7 });
    expect(resolved.connection.options.servers).toEqual(['a:1']);
  });

  it('takes a connection that is shared', () => {
    const connection = new NatsSharedConnection({});
    expect(resolveClientOptions({ connection }).connection).toBe(sharedConnectionOf(connection));
  });

  it('reports every fault at once, of the connection too', () => {
    const options = { codec: 'xml', timeoutMs: 0, servers: [], colour: 'red' } as object;
    expect(() => resolveClientOptions(options)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        details: {
          faults: [
            expect.stringMatching(/^codec: /),
            expect.stringMatching(/^timeoutMs: /),
            'colour: there is no such option',
            'servers: the list is empty',
          ],
        },
      }),
    );
  });

  it('refuses connection options beside a connection that is shared', () => {
    const options = { connection: new NatsSharedConnection({}), servers: 'a' } as object;
    expect(() => resolveClientOptions(options)).toThrow(
      'Cannot use the options of NatsClient: servers: there is no such option.',
    );
  });
});

describe('callTimeout', () => {
  it("is the call's, or else the client's", () => {
    expect(callTimeout(7, 5_000)).toBe(7);
    expect(callTimeout(undefined, 5_000)).toBe(5_000);
  });

  it.each(badTimeouts)('refuses %p', (timeoutMs) => {
    expect(() => callTimeout(timeoutMs as number, 5_000)).toThrow(
      `Cannot use the options of the call: timeoutMs: expected a number of milliseconds from 1 to ${LONGEST_MS}.`,
    );
  });
});
