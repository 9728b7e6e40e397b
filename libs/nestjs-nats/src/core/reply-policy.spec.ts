import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { subjectFault } from '../subject/subject.js';
import { ReplyPolicy } from './reply-policy.js';

describe('ReplyPolicy', () => {
  it.each(['_INBOX.abc', '_INBOX.abc.1', '_INBOX.a.b.c', '_MINE.x', 'team.inbox.x.y'])(
    'allows %s',
    (reply) => {
      expect(new ReplyPolicy(['_MINE', 'team.inbox']).allows(reply)).toBe(true);
    },
  );

  it.each([
    '',
    '_INBOX',
    '_INBOX.',
    '_INBOXES.a',
    '_inbox.a',
    'x._INBOX.a',
    '_INBOX..a',
    '_INBOX.a.',
    '_INBOX.*',
    '_INBOX.>',
    '_INBOX.a.*',
    '_INBOX.a b',
    '_INBOX.a\r\nPUB x 0\r\n',
    '_MINE',
    '_MINERS.a',
    'team.x',
    '$JS.API.STREAM.DELETE.ORDERS',
    '$JS.ACK.ORDERS.saver.1.1.1.1.0',
    '$SYS.REQ.SERVER.PING',
    '$KV.settings.key',
    '$O.files.C.1',
    'orders.created',
  ])('refuses %j', (reply) => {
    expect(new ReplyPolicy(['_MINE', 'team.inbox']).allows(reply)).toBe(false);
  });

  it('answers inboxes alone when no prefix is added', () => {
    const policy = new ReplyPolicy([]);
    expect(policy.allows('_INBOX.a')).toBe(true);
    expect(policy.allows('_MINE.a')).toBe(false);
  });

  it('allows nothing but literal subjects below a prefix', () => {
    const part = fc.constantFrom('_INBOX', '_MINE', '$JS', '.', '*', '>', ' ', 'a', '\r\n', '\0');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 7 }), (parts) => {
        const reply = parts.join('');
        const expected = /^(_INBOX|_MINE)\../s.test(reply) && subjectFault(reply) === undefined;
        expect(new ReplyPolicy(['_MINE']).allows(reply)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('what handlers of our own listen on', () => {
  const policy = new ReplyPolicy(['team']);
  policy.keepOff(['_INBOX.known.*', 'team.orders', 'orders.>', '*.created', '>']);

  it.each(['_INBOX.known.x', 'team.orders'])('is not answered: %s', (reply) => {
    expect(policy.allows(reply)).toBe(false);
  });

  it.each(['_INBOX.known', '_INBOX.other.x', 'team.created'])(
    'leaves inboxes alone that a handler only happens to hear: %s',
    (reply) => {
      expect(policy.allows(reply)).toBe(true);
    },
  );

  it('is answered again when they are gone', () => {
    const changing = new ReplyPolicy([]);
    changing.keepOff(['_INBOX.known']);
    changing.keepOff([]);
    expect(changing.allows('_INBOX.known')).toBe(true);
  });
});
