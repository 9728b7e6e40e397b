import { describe, expect, it } from '@jest/globals';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import fc from 'fast-check';
import { headerBytes } from '../../core/encoded-headers.js';
import type { OutgoingMessage } from '../../core/publisher.js';
import {
  deadLetterId,
  deadLetterMessage,
  type DeadMessage,
  type Death,
} from './dead-letter-message.js';
import { type DeadLetter, readDeadLetter } from './read-dead-letter.js';

const headersOf = (record: Record<string, string | string[]>): MsgHdrs => {
  const result = headers();
  for (const [name, values] of Object.entries(record)) {
    for (const value of [values].flat()) result.append(name, value);
  }
  return result;
};
const recordOf = (all: MsgHdrs | undefined): Record<string, string[]> =>
  Object.fromEntries(all ?? []);

const DEAD: DeadMessage = {
  subject: 'orders.7.created',
  payload: Buffer.from('{"id":7}'),
  headers: headersOf({ Tenant: 'acme', Tag: ['a', 'b'], 'Content-Type': 'text/plain' }),
  stream: 'ORDERS',
  sequence: 120,
  storedAtMs: 1_719_000_000_123,
  consumer: 'billing',
};
const DEATH: Death = {
  reason: 'attempts',
  error: new TypeError('x is undefined'),
  attempts: 5,
  firstFailureMs: Date.UTC(2026, 10, 24, 9),
  lastFailureMs: Date.UTC(2026, 10, 24, 10),
};
const MIB = 1024 * 1024;

function read({ subject, payload, headers: head }: OutgoingMessage): DeadLetter {
  return readDeadLetter({
    subject,
    sequence: 3,
    storedAt: new Date(0),
    data: payload,
    headers: head,
  });
}

function size({ payload, headers: head }: OutgoingMessage): number {
  return payload.length + (head === undefined ? 0 : headerBytes(head));
}

describe('deadLetterMessage', () => {
  it('is the message as it was, with headers that say what became of it', () => {
    const letter = deadLetterMessage(DEAD, DEATH, 'dead.ORDERS.billing', MIB);
    expect(letter.subject).toBe('dead.ORDERS.billing');
    expect(letter.payload).toBe(DEAD.payload);
    expect(recordOf(letter.headers)).toEqual({
      Tenant: ['acme'],
      Tag: ['a', 'b'],
      'Content-Type': ['text/plain'],
      'Nats-Msg-Id': ['ORDERS:120:billing:1719000000123'],
      'Dead-Letter-Subject': ['orders.7.created'],
      'Dead-Letter-Stream': ['ORDERS'],
      'Dead-Letter-Sequence': ['120'],
      'Dead-Letter-Consumer': ['billing'],
      'Dead-Letter-Reason': ['attempts'],
      'Dead-Letter-Attempts': ['5'],
      'Dead-Letter-First-Failure': ['2026-11-24T09:00:00.000Z'],
      'Dead-Letter-Last-Failure': ['2026-11-24T10:00:00.000Z'],
      'Dead-Letter-Error-Code': ['TypeError'],
      'Dead-Letter-Error': ['x is undefined'],
    });
  });

  it('is read back', () => {
    const letter = read(deadLetterMessage(DEAD, DEATH, 'dead.ORDERS.billing', MIB));
    expect(letter).toMatchObject({
      sequence: 3,
      deadLetterSubject: 'dead.ORDERS.billing',
      subject: 'orders.7.created',
      data: DEAD.payload,
      stream: 'ORDERS',
      streamSequence: 120,
      consumer: 'billing',
      reason: 'attempts',
      attempts: 5,
      firstFailureAt: new Date(DEATH.firstFailureMs),
      lastFailureAt: new Date(DEATH.lastFailureMs),
      errorCode: 'TypeError',
      error: 'x is undefined',
      ttl: undefined,
    });
    expect(recordOf(letter.headers)).toEqual(recordOf(DEAD.headers));
  });

  it('keeps what would act again where it does not act', () => {
    const acting = {
      'Nats-Msg-Id': 'order-7',
      'nats-expected-stream': 'ORDERS',
      'Nats-TTL': '60',
      'Nats-Rollup': 'sub',
      'Nats-Schedule': '@at 2026-11-24T09:00:00Z',
    };
    const dead = { ...DEAD, headers: headersOf({ Tenant: 'acme', ...acting }) };
    const letter = deadLetterMessage(dead, DEATH, 'dead.ORDERS.billing', MIB);
    const found = recordOf(letter.headers);
    for (const [name, value] of Object.entries(acting)) {
      expect(found[`Dead-Letter-${name}`]).toEqual([value]);
    }
    const names = Object.keys(found).filter((name) => name.toLowerCase().startsWith('nats-'));
    expect(names).toEqual(['Nats-Msg-Id']);
    expect(found['Nats-Msg-Id']).toEqual([deadLetterId(dead)]);
    expect(read(letter).ttl).toBe('60');
    expect(recordOf(read(letter).headers)).toEqual({ Tenant: ['acme'] });
  });

  it('keeps a dead letter in a dead letter, as it was', () => {
    const first = deadLetterMessage(DEAD, DEATH, 'dead.ORDERS.billing', MIB);
    const again: DeadMessage = {
      ...DEAD,
      subject: first.subject,
      headers: first.headers,
      stream: 'DEAD_LETTERS',
      consumer: 'undertaker',
    };
    const second = read(deadLetterMessage(again, DEATH, 'dead.DEAD_LETTERS.undertaker', MIB));
    expect(second).toMatchObject({ subject: 'dead.ORDERS.billing', consumer: 'undertaker' });
    const expected = recordOf(first.headers);
    delete expected['Nats-Msg-Id'];
    expect(recordOf(second.headers)).toEqual(expected);
  });

  it('adds less where there is less room, and never cuts the message', () => {
    const added = (room: number): string[] => {
      const bare = headerBytes(DEAD.headers!);
      const letter = deadLetterMessage(DEAD, DEATH, 'd', DEAD.payload.length + bare + room);
      expect(letter.payload).toBe(DEAD.payload);
      expect(recordOf(letter.headers)).toMatchObject(recordOf(DEAD.headers));
      return Object.keys(recordOf(letter.headers)).slice(3);
    };
    expect(added(1_000)).toHaveLength(11);
    expect(added(380)).not.toContain('Dead-Letter-Error');
    expect(added(250)).toEqual([
      'Nats-Msg-Id',
      'Dead-Letter-Subject',
      'Dead-Letter-Stream',
      'Dead-Letter-Sequence',
      'Dead-Letter-Consumer',
      'Dead-Letter-Reason',
    ]);
    expect(added(100)).toEqual(['Nats-Msg-Id', 'Dead-Letter-Subject']);
    expect(added(40)).toEqual(['Dead-Letter-Subject']);
    expect(added(0)).toEqual([]);
  });

  it('fits whatever the message is, with the payload in full', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ä', ' ', '"', ':'), maxLength: 50 });
    const name = fc.constantFrom('Tenant', 'nats-ttl', 'Nats-Msg-Id', 'Dead-Letter-Subject', 'X');
    const message = fc.record({
      subject: fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 300 }),
      payload: fc.uint8Array({ maxLength: 300 }),
      head: fc.dictionary(name, text),
      spare: fc.nat(900),
      error: fc.oneof(fc.anything(), fc.string({ unit: 'binary', maxLength: 700 })),
    });
    fc.assert(
      fc.property(message, ({ subject, payload, head, spare, error }) => {
        const original = Object.keys(head).length === 0 ? undefined : headersOf(head);
        const dead = { ...DEAD, subject, payload, headers: original };
        const limit = size({ subject, payload, headers: original }) + spare;
        const letter = deadLetterMessage(dead, { ...DEATH, error }, 'dead', limit);
        expect(size(letter)).toBeLessThanOrEqual(limit);
        expect(letter.payload).toBe(payload);
      }),
    );
  });

  it('leaves headers out that take more room than they came in, before it does not fit', () => {
    const letter = deadLetterMessage(DEAD, DEATH, 'dead', DEAD.payload.length + 5);
    expect(letter).toEqual({ subject: 'dead', payload: DEAD.payload });
  });
});

describe('readDeadLetter', () => {
  it('reads what is no dead letter as one that tells nothing', () => {
    const stored = { subject: 'dead.x', sequence: 1, storedAt: new Date(0), data: DEAD.payload };
    for (const head of [
      undefined,
      headersOf({ 'Dead-Letter-Sequence': 'x', 'Dead-Letter-First-Failure': 'once' }),
    ]) {
      expect(readDeadLetter({ ...stored, headers: head })).toMatchObject({
        subject: '',
        stream: '',
        streamSequence: 0,
        attempts: 0,
        firstFailureAt: undefined,
      });
    }
  });
});
