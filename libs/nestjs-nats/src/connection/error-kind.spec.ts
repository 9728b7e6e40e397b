import { PermissionViolationError } from '@nats-io/transport-node';
import { describe, expect, it } from '@jest/globals';
import { errorKind } from './error-kind.js';

const refused = (operation: 'publish' | 'subscription', subject: string): string =>
  errorKind(new PermissionViolationError(`refused ${subject}`, operation, subject));

describe('errorKind', () => {
  it.each([
    ['_INBOX.a.1', '_INBOX.b.2'],
    ['$JS.ACK.S.c.1.1.1.1.0', '$JS.ACK.S.c.1.2.2.2.0'],
    ['orders.1', 'orders.2.paid'],
    ['orders', 'orders.1'],
    ['', ''],
  ])('is the same for %j and %j', (one, other) => {
    expect(refused('publish', one)).toBe(refused('publish', other));
  });

  it.each([
    ['$JS.ACK.S.c.1.1.1.1.0', '$JS.API.STREAM.INFO.S'],
    ['orders.1', 'dead.1'],
  ])('is another for %j than for %j', (one, other) => {
    expect(refused('publish', one)).not.toBe(refused('publish', other));
  });

  it('tells publishing from subscribing', () => {
    expect(refused('publish', 'a')).not.toBe(refused('subscription', 'a'));
  });

  it('takes other errors for what they are', () => {
    expect(errorKind(new RangeError('a'))).not.toBe(errorKind(new RangeError('b')));
    expect(errorKind(new RangeError('a'))).toBe(errorKind(new RangeError('a')));
  });
});
