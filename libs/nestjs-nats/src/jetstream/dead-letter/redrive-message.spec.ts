import { describe, expect, it } from '@jest/globals';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import fc from 'fast-check';
import { deadLetterMessage } from './dead-letter-message.js';
import { readDeadLetter } from './read-dead-letter.js';
import { redriveFault, redriveMessage } from './redrive-message.js';

const token = fc.stringMatching(/^[A-Za-z][\w-]{0,20}$/);
const entries = fc.uniqueArray(fc.tuple(token, fc.stringMatching(/^[!-~]{1,20}$/)), {
  selector: ([name]) => name,
  maxLength: 5,
});

function headersOf(list: readonly (readonly [string, string])[]): MsgHdrs {
  const result = headers();
  for (const [name, value] of list) result.append(name, value);
  return result;
}

describe('redriveMessage', () => {
  it('gives the message as it was before it became a dead letter', () => {
    const input = fc.record({
      subject: fc.constantFrom('orders.7', '$KV.bucket.key', 'größe.7'),
      payload: fc.uint8Array(),
      own: entries,
      ttl: fc.option(fc.constantFrom('60', '1h', 'never'), { nil: undefined }),
      sequence: fc.integer({ min: 1 }),
    });
    fc.assert(
      fc.property(input, ({ subject, payload, own, ttl, sequence }) => {
        const sent = headersOf(own);
        sent.set('Nats-Msg-Id', 'order-7');
        if (ttl !== undefined) sent.set('Nats-TTL', ttl);
        const where = { stream: 'ORDERS', consumer: 'billing', sequence: 7, storedAtMs: 1_000 };
        const letter = deadLetterMessage(
          { ...where, subject, payload, headers: sent },
          {
            reason: 'attempts',
            error: 1,
            attempts: 5,
            firstFailureMs: 2_000,
            lastFailureMs: 3_000,
          },
          'dead.ORDERS.billing',
          Infinity,
        );
        const stored = {
          subject: letter.subject,
          data: letter.payload,
          headers: letter.headers,
          sequence,
          storedAt: new Date(4_000),
        };
        const again = redriveMessage(readDeadLetter(stored), 'DEAD', Infinity);
        expect(again.subject).toBe(subject);
        expect(again.payload).toBe(payload);
        expect([...again.headers!]).toEqual([
          ...own
            .filter(([name]) => !/^(nats|dead-letter)-/i.test(name))
            .map(([name, value]) => [name, [value]]),
          ...(ttl === undefined ? [] : [['Nats-TTL', [ttl]]]),
          ['Nats-Msg-Id', [`redrive:DEAD:${sequence}:4000`]],
        ]);
      }),
    );
  });
});

describe('redriveFault', () => {
  it.each(['orders.7', '$KV.bucket.key', '$O.store.C.x', '$JSON', '_INBOXES.x'])(
    'lets a message go back to %s',
    (subject) => {
      expect(redriveFault({ subject })).toBeUndefined();
    },
  );

  it.each([
    '$JS.API.STREAM.PURGE.A',
    '$JS.hub.API.STREAM.PURGE.A',
    '$JS.ACK.A.b.1.1.1.1.0',
    '$SYS.REQ.X',
    '_INBOX.a',
    'a.>',
    'a b',
    '',
  ])('keeps a message from %j', (subject) => {
    expect(redriveFault({ subject })).toEqual(expect.any(String));
  });
});
