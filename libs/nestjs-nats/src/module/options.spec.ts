import { describe, expect, it } from '@jest/globals';
import { resolveConnectionOptions } from '../connection/options.js';
import { partsOf } from './options.js';

describe('partsOf', () => {
  it('has no faults when nothing is given', () => {
    expect(partsOf({}).faults).toEqual([]);
  });

  it('gives each option to those who use it', () => {
    const interceptors = [(_: unknown, next: () => Promise<unknown>): Promise<unknown> => next()];
    const { connection, client, strategy, faults } = partsOf({
      servers: 'a:1',
      name: 'saver',
      codec: 'json',
      envelope: 'nest',
      interceptors,
      headers: { tenant: 'acme' },
      timeoutMs: 7,
      streams: [{ name: 'ORDERS', subjects: ['orders.>'] }],
      provision: 'verify',
      jetstream: { domain: 'hub' },
      publishRetry: { attempts: 2 },
      confirm: 'flush',
      whileDisconnected: { bufferBytes: 9 },
      queue: 'q',
      replyPrefixes: ['_MINE'],
      shutdownTimeoutMs: 8,
      maxPayloadBytes: 10,
    });
    expect(faults).toEqual([]);
    expect(connection).toEqual({ servers: 'a:1', name: 'saver' });
    expect(client).toMatchObject({
      codec: 'json',
      envelope: 'nest',
      interceptors,
      headers: { tenant: 'acme' },
      timeoutMs: 7,
      streams: [{ name: 'ORDERS', subjects: ['orders.>'] }],
      provision: 'verify',
      jetstream: { domain: 'hub' },
      publishRetry: { attempts: 2 },
      confirm: 'flush',
      whileDisconnected: { bufferBytes: 9 },
      replyPrefixes: ['_MINE'],
      shutdownTimeoutMs: 8,
    });
    expect(strategy).toMatchObject({
      codec: 'json',
      envelope: 'nest',
      interceptors,
      queue: 'q',
      replyPrefixes: ['_MINE'],
      shutdownTimeoutMs: 8,
      maxPayloadBytes: 10,
    });
    expect(client).not.toHaveProperty('queue');
    expect(strategy).not.toHaveProperty('timeoutMs');
  });

  it("takes 'both' for the strategy, and 'plain' for the client", () => {
    const { client, strategy, faults } = partsOf({ envelope: 'both' });
    expect(strategy.envelope).toBe('both');
    expect(client.envelope).toBe('plain');
    expect(faults).toEqual([]);
  });

  it('reports every fault of client and strategy, a shared one once', () => {
    const options = { codec: 'xml', timeoutMs: 0, queue: 'a b', shutdownTimeoutMs: -1 } as object;
    const { faults } = partsOf(options);
    expect(faults).toHaveLength(4);
    for (const name of ['codec', 'timeoutMs', 'queue', 'shutdownTimeoutMs']) {
      expect(faults).toContainEqual(expect.stringMatching(`^${name}: `));
    }
  });

  it('leaves what nobody knows to the check of the connection', () => {
    const { connection, faults } = partsOf({ colour: 'red', queue: 'a b' } as object);
    expect(() => resolveConnectionOptions(connection, faults)).toThrow(
      /queue: it contains a space.*; colour: there is no such option/,
    );
  });
});
