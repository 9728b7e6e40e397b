import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseServerList, redactAddress, type ServerList } from './server-list.js';

/** Parses a list that must be fine. */
function parse(servers: string | readonly string[]): ServerList {
  const faults: string[] = [];
  const list = parseServerList(servers, faults);
  expect(faults).toEqual([]);
  return list;
}

/** Gives the faults of a list. */
function faultsOf(servers: string | readonly string[]): string[] {
  const faults: string[] = [];
  parseServerList(servers, faults);
  return faults;
}

const host = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
  fc.constantFrom('localhost', 'nats-1', 'NATS.Example'),
);
const port = fc.integer({ min: 1, max: 65_535 });

describe('parseServerList', () => {
  it.each([
    ['localhost', ['localhost:4222']],
    ['localhost:4333', ['localhost:4333']],
    ['nats://127.0.0.1:4222', ['127.0.0.1:4222']],
    ['nats://127.0.0.1:4222/', ['127.0.0.1:4222']],
    ['NATS://localhost', ['localhost:4222']],
    ['nats://[::1]:4333', ['[::1]:4333']],
    ['[::1]', ['[::1]:4222']],
    ['nats://a:1,nats://b:2', ['a:1', 'b:2']],
    [' a:1 , b:2 ', ['a:1', 'b:2']],
  ])('reads %j', (servers, addresses) => {
    expect(parse(servers)).toEqual({ addresses, tls: false });
  });

  it('reads a list, in its order', () => {
    expect(parse(['nats://b:2', 'a']).addresses).toEqual(['b:2', 'a:4222']);
  });

  it('takes a comma in an address of a list for part of the address', () => {
    expect(parse(['nats://user:a,b@c'])).toMatchObject({ addresses: ['c:4222'], pass: 'a,b' });
  });

  it('requires TLS for all when one address does', () => {
    expect(parse('nats://a,tls://b')).toEqual({ addresses: ['a:4222', 'b:4222'], tls: true });
  });

  it.each([
    ['nats://token@host', { token: 'token' }],
    ['token@host', { token: 'token' }],
    ['nats://s3cret%40%3A@host', { token: 's3cret@:' }],
    ['nats://user:pass@host', { user: 'user', pass: 'pass' }],
    ['user:pass@host:4222', { user: 'user', pass: 'pass' }],
    ['nats://user:123@host', { user: 'user', pass: '123' }],
    ['nats://user:a:b@host', { user: 'user', pass: 'a:b' }],
    ['nats://user:p@ss@host', { user: 'user', pass: 'p@ss' }],
    ['nats://us%20er:p%2Fa%3Fs%23s@host', { user: 'us er', pass: 'p/a?s#s' }],
    ['nats://user:100%@host', { user: 'user', pass: '100%' }],
    ['nats://user:100%é@host', { user: 'user', pass: '100%é' }],
    ['nats://user:a%w^b@host', { user: 'user', pass: 'a%w^b' }],
    ['nats://user:@host', { user: 'user', pass: '' }],
    ['user:@host', { user: 'user', pass: '' }],
    ['nats://user:pass@a,nats://user:pass@b,c', { user: 'user', pass: 'pass' }],
  ])('takes the credentials out of %j', (servers, secrets) => {
    const { addresses, tls, ...rest } = parse(servers);
    expect(rest).toEqual(secrets);
    expect(tls).toBe(false);
    expect(addresses.join()).toMatch(/^(host:4222|a:4222,b:4222,c:4222)$/);
  });

  it.each([
    [[], 'servers: the list is empty'],
    ['', 'servers: an address is empty'],
    ['a,', 'servers: an address is empty'],
    ['  ', 'servers: an address is empty'],
    ['http://host', 'servers: "http://host" has another scheme than nats:// or tls://'],
    ['wss://host', 'servers: "wss://host" has another scheme than nats:// or tls://'],
    ['nats://host/path', expect.stringMatching(/expected a host and port and nothing after them$/)],
    ['nats://host?a=b', expect.stringMatching(/expected a host and port and nothing after them$/)],
    ['nats://host#a', expect.stringMatching(/expected a host and port and nothing after them$/)],
    ['nats:///host', expect.stringMatching(/expected a host and port and nothing after them$/)],
    ['nats://', expect.stringMatching(/no address/)],
    ['nats://host:port', expect.stringMatching(/an address cannot be read; expected for example/)],
    ['nats://host:70000', expect.stringMatching(/an address cannot be read; expected for example/)],
    ['host name', expect.stringMatching(/an address cannot be read; expected for example/)],
    ['::1', expect.stringMatching(/an address cannot be read; expected for example/)],
    ['nats://:pass@host', 'servers: "nats://***@host" has a password without a user'],
    [7 as never, 'servers: expected a list or a text with commas, got a value of type number'],
    [{} as never, expect.stringMatching(/^servers: expected a list/)],
    [[7 as never], 'servers: an address is of type number, expected a string'],
    [[null as never], 'servers: an address is of type object, expected a string'],
  ])('refuses %j', (servers, fault) => {
    expect(faultsOf(servers)).toEqual([fault]);
  });

  it('reports every fault', () => {
    expect(faultsOf('http://a,,nats://b:x')).toHaveLength(3);
  });

  it.each([
    'nats://a:1@x,nats://b:1@y',
    'nats://a:1@x,nats://a:2@y',
    'nats://token@x,nats://other@y',
    'nats://token@x,nats://token:pass@y',
    'nats://token@x,nats://token:undefined@y',
    'nats://a:b%3Ac@x,nats://a%3Ab:c@y',
  ])('refuses different credentials in %j', (servers) => {
    expect(faultsOf(servers)).toEqual([
      'servers: the addresses carry different credentials; one connection uses one set',
    ]);
  });

  it('gives back hosts, ports and credentials, whatever characters these hold', () => {
    const secret = fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => `s${text}`);
    fc.assert(
      fc.property(host, port, secret, fc.option(secret), (name, number, user, pass) => {
        const userInfo = [user, ...(pass === null ? [] : [pass])].map(encodeURIComponent).join(':');
        const list = parse([`nats://${userInfo}@${name}:${number}`]);
        expect(list).toEqual({
          addresses: [expect.stringMatching(new RegExp(`:${number}$`))],
          tls: false,
          ...(pass === null ? { token: user } : { user, pass }),
        });
        expect(parse(`${name}:${number}`).addresses).toEqual(list.addresses);
      }),
    );
  });

  it('tells no secret in addresses or faults, however wrong the address is', () => {
    const canary = 'c4n4ry';
    const junk = fc
      .array(
        fc.constantFrom('/', '?', '#', ':', '@', '%', '%zz', '%40', ' ', '[', '\\', 'é', 'x'),
        {
          maxLength: 4,
        },
      )
      .map((parts) => parts.join(''));
    const scheme = fc.constantFrom('', 'nats://', 'tls://', 'http://', 'NATS://', 'nats:', '//');
    fc.assert(
      fc.property(scheme, junk, junk, junk, (prefix, before, after, end) => {
        const faults: string[] = [];
        // an "@" stands after the secret: without one there is nothing to tell it from a host
        const address = `${prefix}u${before}${canary}${after}@host:4222${end}`;
        const list = parseServerList([address], faults);
        expect(list.addresses.join()).not.toContain(canary);
        expect(faults.join()).not.toContain(canary);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('an address with its secret in the wrong place', () => {
  it.each([
    'nats://user:c4n4ry,x@host',
    'nats://user:c4n4ry%40host:4222',
    'nats://user:c4n4ry',
    'c4n4ry:pa://ss@host',
  ])('is not printed: %s', (servers) => {
    expect(faultsOf(servers).join()).toMatch(/^servers: (?!.*c4n4ry)/);
  });
});

describe('redactAddress', () => {
  it.each([
    ['nats://host:4222', 'nats://host:4222'],
    ['nats://token@host', 'nats://***@host'],
    ['nats://user:pass@host:4222', 'nats://***@host:4222'],
    ['user:p@ss@host', '***@host'],
    ['nats://user:pa/ss@host', 'nats://***@host'],
    ['tls://user:pa\nss@host', 'tls://***@host'],
  ])('prints %j as %s', (address, printed) => {
    expect(redactAddress(address)).toBe(printed);
  });
});
