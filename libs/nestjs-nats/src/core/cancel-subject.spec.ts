import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isCancelSubject, newCancelPrefix } from './cancel-subject.js';
import { ReplyPolicy } from './reply-policy.js';

const policy = new ReplyPolicy(['_INBOX_own']);

describe('isCancelSubject', () => {
  it.each(['_INBOX', '_INBOX_own'])('knows the subjects of responders under %s', (inboxPrefix) => {
    const one = newCancelPrefix(inboxPrefix);
    expect(isCancelSubject(`${one}1-abc`, policy)).toBe(true);
    expect(newCancelPrefix(inboxPrefix)).not.toBe(one);
  });

  it('knows what a server makes of them between accounts, for those who trust it', () => {
    expect(isCancelSubject('_R_.syOXQc.TNY7Pp', new ReplyPolicy(['_R_']))).toBe(true);
    expect(isCancelSubject('_R_.syOXQc.TNY7Pp', policy)).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['an inbox for answers', '_INBOX.KQ0W7ZP3D5X8VJ2LN6YBT4.1'],
    ['an inbox of a prefix that is not ours', '_INBOX_other.KQ0W7ZP3D5X8VJ2LN6YBT4.cancel.1'],
    ['a subject of an application', 'orders.7.cancel.1'],
    ['an acknowledgement', '$JS.ACK.orders.audit.1.2.3.4.5'],
    ['the API of JetStream', '$JS.API.STREAM.DELETE.orders'],
    ['the API of JetStream with the mark', '$JS.API.STREAM.DELETE.cancel.x'],
    ['a mark elsewhere', '_INBOX.x.cancel.1.2'],
    ['a wildcard', '_INBOX.x.cancel.>'],
    ['an empty token', '_INBOX.x.cancel.'],
    ['a line break', '_INBOX.x.cancel.1\r\nPUB orders.new 0'],
  ])('leaves %s alone: %j', (_, subject) => {
    expect(isCancelSubject(subject, policy)).toBe(false);
  });

  it('lets a caller publish to inboxes only', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const subject = `${before}.cancel.${after}`;
        expect(isCancelSubject(subject, policy) && !/^_INBOX(_own)?\./.test(subject)).toBe(false);
      }),
    );
  });
});
