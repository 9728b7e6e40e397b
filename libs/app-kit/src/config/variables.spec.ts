import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { databaseUrl, natsServers, processName } from './variables.js';

describe('natsServers', () => {
  it('splits a list, and gives back its entries', () => {
    const server = fc
      .tuple(fc.constantFrom('', 'nats://', 'tls://'), fc.domain(), fc.nat(65_535))
      .map(([scheme, name, port]) => `${scheme}${name}:${port}`);
    fc.assert(
      fc.property(fc.array(server, { minLength: 1, maxLength: 5 }), (servers) => {
        expect(natsServers.parse(servers.join(' , '))).toEqual(servers);
      }),
    );
  });

  it.each([
    ['a,,b', 'entry 2 that is empty'],
    ['http://a', 'entry 1 that has the scheme http://'],
    ['a,nats://', 'entry 2 that names no host'],
    ['a,b:port', 'entry 2 that is no address'],
  ])('refuses %s', (list, fault) => {
    expect(natsServers.safeParse(list).error?.message).toContain(fault);
  });

  it('names a faulty entry by its number alone: it may hold a password', () => {
    expect(natsServers.safeParse('a,http://me:pass-1@b').error?.message).not.toContain('pass-1');
  });
});

describe('processName', () => {
  it('is of this process, unless it is set', () => {
    expect(processName.parse(undefined)).toMatch(new RegExp(`-${process.pid}$`));
    expect(processName.parse('saver.a-1')).toBe('saver.a-1');
  });
});

describe('databaseUrl', () => {
  it.each([undefined, 'postgres://u:p@h:5432/d', 'postgresql://h/d'])('takes %s', (url) => {
    expect(databaseUrl.parse(url)).toBe(url);
  });

  it.each(['mysql://h/d', 'postgres://', 'postgres://h:port/d'])('refuses %s', (url) => {
    expect(databaseUrl.safeParse(url).success).toBe(false);
  });
});
