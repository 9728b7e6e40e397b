import { describe, expect, it } from '@jest/globals';
import { headers, type MsgHdrs, type MsgHdrsImpl, MsgImpl } from '@nats-io/transport-node';
import fc from 'fast-check';
import { isNatsTransportError } from '../errors/transport-error.js';
import { addHeaders, type HeadersInput, readHeaders, toHeaders } from './headers.js';

/** A message with a header block as it came over the wire. */
function messageWith(block: string): MsgImpl {
  const head = Buffer.from(block);
  const { length } = head;
  const subject = Buffer.from('orders.created');
  return new MsgImpl({ subject, sid: 1, hdr: length || -1, size: length }, head, {} as never);
}

const entriesOf = (input: HeadersInput): [string, string[]][] => [...toHeaders(input)!];

describe('readHeaders', () => {
  it('gives nothing for a message without headers', () => {
    expect(readHeaders(messageWith(''))).toBeUndefined();
  });

  it('reads headers, with every value of a name', () => {
    const read = readHeaders(messageWith('NATS/1.0\r\nA: 1\r\na: 2\r\nA: 3\r\n\r\n'));
    expect([...read!]).toEqual([
      ['A', ['1', '3']],
      ['a', ['2']],
    ]);
  });

  it.each([
    'NATS/1.0\r\nbad name: 1\r\n\r\n',
    'NATS/1.0\r\n: 1\r\n b: 2\r\n\r\n',
    'NATS/1.0\r\n\0: 1\r\n\r\n',
    'NATS/1.0\r\nna\u00efve: 1\r\n\r\n',
    'NATS/1.0\r\nA: 1\n2\r\n\r\n',
  ])('refuses the malformed %j as INVALID_HEADER, each time', (block) => {
    const message = messageWith(block);
    for (let i = 0; i < 2; i++) {
      expect(() => readHeaders(message)).toThrow(
        expect.objectContaining({ code: 'INVALID_HEADER', cause: expect.any(Error) }),
      );
    }
  });

  it('reads any bytes, or refuses them as INVALID_HEADER', () => {
    const block = fc
      .array(fc.constantFrom('NATS/1.0', '\r\n', ':', ' ', 'A', '503', '\0', '\n', 'é', 'b c'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(block, (text) => {
        expect(outcome(() => readHeaders(messageWith(text)))).toBe('fine');
      }),
      { numRuns: 500 },
    );
  });
});

describe('toHeaders', () => {
  it('gives nothing when there is no input', () => {
    expect(toHeaders(undefined)).toBeUndefined();
  });

  it.each<[string, HeadersInput]>([
    ['an object', { a: '1', B: ['2', '3'] }],
    [
      'a Map',
      new Map<string, string | string[]>([
        ['a', '1'],
        ['B', ['2', '3']],
      ]),
    ],
    [
      'a list of pairs',
      [
        ['a', '1'],
        ['B', '2'],
        ['B', '3'],
      ],
    ],
  ])('takes %s, keeps case and every value', (_, input) => {
    expect(entriesOf(input)).toEqual([
      ['a', ['1']],
      ['B', ['2', '3']],
    ]);
  });

  it('takes headers of the NATS client', () => {
    const given = headers();
    given.append('a', '1');
    given.append('a', '2');
    expect(entriesOf(given)).toEqual([['a', ['1', '2']]]);
  });

  it.each<[string, HeadersInput, RegExp]>([
    ['an empty name', { '': '1' }, /a name is printable ASCII/],
    ['a name with a space', { 'a b': '1' }, /a name is printable ASCII/],
    ['a name with a colon', { 'a:b': '1' }, /a name is printable ASCII/],
    ['a name with a line break', { 'a\r\nb': '1' }, /a name is printable ASCII/],
    ['a name that is not ASCII', { größe: '1' }, /a name is printable ASCII/],
    ['a name that is no string', [[1 as never, '1']], /a name is printable ASCII/],
    ['a name of NATS', { 'Nats-Msg-Id': '1' }, /the name is reserved/],
    ['a name of this transport', { 'content-type': 'x' }, /the name is reserved/],
    ['a value with CR', { a: '1\r2' }, /a line break or NUL/],
    ['a value with LF', { a: ['1', '2\nNats-Rollup: all'] }, /a line break or NUL/],
    ['a value with NUL', { a: '\0' }, /a line break or NUL/],
    ['a value that is no string', { a: 5 as never }, /of type number/],
    ['a value that is null', { a: null as never }, /of type object/],
    ['a value in a list that is no string', { a: ['1', 2 as never] }, /of type number/],
  ])('refuses %s as INVALID_HEADER', (_, input, why) => {
    expect(() => toHeaders(input)).toThrow(
      expect.objectContaining({
        code: 'INVALID_HEADER',
        message: expect.stringMatching(why),
      }),
    );
  });

  it.each(['a: 1', null, 5])('refuses %p, which holds no headers, as INVALID_HEADER', (input) => {
    expect(() => toHeaders(input as never)).toThrow(
      expect.objectContaining({
        code: 'INVALID_HEADER',
        message: expect.stringMatching(/expected an object or a Map/),
      }),
    );
  });

  it('accepts nothing that reads back as something else', () => {
    const part = fc.constantFrom('a', 'X-', 'Nats-', ':', ' ', '\r\n', '\n', '\0', 'é', '1');
    const text = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (name, value) => {
        const read = overTheWire(name, value);
        expect([undefined, [name, value.trim()]]).toContainEqual(read);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('addHeaders', () => {
  it('adds values to a name that is there', () => {
    const target = toHeaders({ a: '1' })!;
    expect(addHeaders(target, { a: '2', b: '3' })).toBe(target);
    expect([...target]).toEqual([
      ['a', ['1', '2']],
      ['b', ['3']],
    ]);
  });
});

/** Sends a header and reads it back; nothing when it is refused as INVALID_HEADER. */
function overTheWire(name: string, value: string): string[] | undefined {
  let sent: MsgHdrs | undefined;
  try {
    sent = toHeaders([[name, value]]);
  } catch (error) {
    if (isNatsTransportError(error, 'INVALID_HEADER')) return undefined;
    throw error;
  }
  const block = Buffer.from((sent as MsgHdrsImpl).encode()).toString();
  return [...readHeaders(messageWith(block))!].flat(2);
}

/** Tells how it went: `fine` when there is a result or the one error that is allowed. */
function outcome(read: () => unknown): string {
  try {
    read();
    return 'fine';
  } catch (error) {
    return isNatsTransportError(error, 'INVALID_HEADER') ? 'fine' : String(error);
  }
}
