import { describe, expect, it } from '@jest/globals';
import { jsonCodec } from '../codec/json.js';
import { textCodec } from '../codec/text.js';
import { NatsSharedConnection, sharedConnectionOf } from '../connection/nats-shared-connection.js';
import { resolveStrategyOptions, strategyFaults, type StrategySettings } from './options.js';

const serializer = { serialize: (packet: unknown): string => JSON.stringify(packet) };
const deserializer = { deserialize: (): unknown => ({ data: 1 }) };

describe('strategyFaults', () => {
  it.each<StrategySettings>([
    {},
    { queue: '' },
    { queue: 'saver' },
    { codec: 'raw' },
    { replyPrefixes: ['_MINE', 'team.inbox'] },
    { envelope: 'both' },
    { serializer, deserializer },
    { shutdownTimeoutMs: 0 },
    { queue: undefined, codec: undefined, replyPrefixes: undefined, shutdownTimeoutMs: undefined },
  ])('accepts %p', (settings) => {
    expect(strategyFaults(settings)).toEqual([]);
  });

  it.each<[settings: object, fault: RegExp]>([
    [{ queue: 'a b' }, /^queue: it contains a space/],
    [{ queue: null }, /^queue: it is null/],
    [{ codec: 'xml' }, /^codec: "xml" is no codec/],
    [{ codec: null }, /^codec: a codec is an object/],
    [{ replyPrefixes: [''] }, /^replyPrefixes: "": it is empty/],
    [{ replyPrefixes: ['_MINE.'] }, /^replyPrefixes: "_MINE\.": it has an empty token/],
    [{ replyPrefixes: ['>'] }, /^replyPrefixes: ">": it has the wildcard/],
    [{ replyPrefixes: ['a.*'] }, /^replyPrefixes: "a\.\*": it has the wildcard/],
    [{ replyPrefixes: ['$JS'] }, /^replyPrefixes: "\$JS": it is a subject space of the server/],
    [{ replyPrefixes: ['$JS.API'] }, /^replyPrefixes: .*subject space of the server/],
    [{ replyPrefixes: ['$KV'] }, /^replyPrefixes: .*subject space of the server/],
    [{ replyPrefixes: [7] }, /^replyPrefixes: .*not a string/],
    [{ envelope: 'json' }, /^envelope: expected 'plain', 'nest' or 'both'$/],
    [{ serializer: {} }, /^serializer: expected an object with serialize\(\)$/],
    [
      { deserializer: { deserialize: 1 } },
      /^deserializer: expected an object with deserialize\(\)$/,
    ],
    [{ shutdownTimeoutMs: -1 }, /^shutdownTimeoutMs: expected a whole number from 0 to 2147483647/],
    [{ shutdownTimeoutMs: 2 ** 31 }, /^shutdownTimeoutMs: /],
    [{ replyPrefixes: '_MINE' }, /^replyPrefixes: expected a list of texts$/],
    [{ replyPrefixes: 5 }, /^replyPrefixes: expected a list of texts$/],
    [{ interceptors: () => 1 }, /^interceptors: expected a list of functions$/],
    [{ interceptors: [1] }, /^interceptors: expected a list of functions$/],
    [
      { interceptors: [Object.assign(() => 1, { isIdle: true })] },
      /^interceptors: expected isIdle to be a function$/,
    ],
    [{ maxHeaderBytes: 65_537 }, /^maxHeaderBytes: expected a whole number from 1 to 65536$/],
    [{ maxHeaderLines: 0 }, /^maxHeaderLines: expected a whole number from 1 to 256$/],
    [{ serializer: null }, /^serializer: expected/],
    [{ deserializer: null }, /^deserializer: expected/],
    [{ shutdownTimeoutMs: 1.5 }, /^shutdownTimeoutMs: /],
    [{ shutdownTimeoutMs: '10' }, /^shutdownTimeoutMs: /],
    [{ shutdownTimeoutMs: Infinity }, /^shutdownTimeoutMs: /],
  ])('refuses %p', (settings, fault) => {
    expect(strategyFaults(settings)).toEqual([expect.stringMatching(fault)]);
  });
});

describe('resolveStrategyOptions', () => {
  it('fills in the defaults', () => {
    const { connection, ...settings } = resolveStrategyOptions({});
    expect(connection.options.servers).toEqual(['127.0.0.1:4222']);
    expect(settings).toMatchObject({
      queue: '',
      codec: jsonCodec,
      interceptors: [],
      replyPrefixes: [],
      envelope: 'plain',
      shutdownTimeoutMs: 10_000,
    });
  });

  it('makes a connection of the connection options', () => {
    const { connection, codec } = resolveStrategyOptions({
      servers: 'a:1',
      queue: 'q',
      codec: 'text',
    });
    expect(connection.options.servers).toEqual(['a:1']);
    expect(codec).toBe(textCodec);
  });

  it('takes a connection that is shared', () => {
    const connection = new NatsSharedConnection({});
    expect(resolveStrategyOptions({ connection, queue: 'q' }).connection).toBe(
      sharedConnectionOf(connection),
    );
  });

  it('reports every fault at once, of the connection too', () => {
    const options = { queue: 'a b', codec: 'xml', servers: 'http://a', colour: 'red' } as object;
    expect(() => resolveStrategyOptions(options)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        details: {
          faults: [
            expect.stringMatching(/^queue: /),
            expect.stringMatching(/^codec: /),
            'colour: there is no such option',
            expect.stringMatching(/^servers: /),
          ],
        },
      }),
    );
  });

  it('refuses connection options beside a connection that is shared', () => {
    const options = {
      connection: new NatsSharedConnection({}),
      servers: 'a',
      queue: 'a b',
    } as object;
    expect(() => resolveStrategyOptions(options)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/^Cannot use the options of NatsStrategy: /),
        details: {
          faults: [expect.stringMatching(/^queue: /), 'servers: there is no such option'],
        },
      }),
    );
  });
});
