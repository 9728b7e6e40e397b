import { describe, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import fc from 'fast-check';
import { headerExcess, MAX_HEADER_BYTES, MAX_HEADER_LINES } from './header-limits.js';

/** A message as the client library makes it: headers and payload lie in one piece of memory, after others. */
function message(
  headers: string,
  { subject = 'a.b', reply = '', payload = 'x', before = '' } = {},
): Msg {
  const bytes = Buffer.from(before + headers + payload);
  const names = Buffer.byteLength(subject) + Buffer.byteLength(reply);
  const size = names + Buffer.byteLength(headers + payload);
  const data = bytes.subarray(bytes.length - Buffer.byteLength(payload));
  return { subject, reply, data, size: () => size } as unknown as Msg;
}

/** A block of so many lines, the first one included. */
const block = (lines: number, line = 'a:b'): string =>
  `NATS/1.0\r\n${`${line}\r\n`.repeat(lines - 1)}\r\n`;

describe('headerExcess', () => {
  it('takes as many lines as may be, and not one more', () => {
    expect(headerExcess(message(block(MAX_HEADER_LINES)))).toBeUndefined();
    expect(headerExcess(message(block(MAX_HEADER_LINES + 1)))).toMatch(/256 lines/);
  });

  it('takes as many bytes as may be, and not one more', () => {
    const frame = block(2, 'a:').length;
    const fits = block(2, `a:${'x'.repeat(MAX_HEADER_BYTES - frame)}`);
    expect(headerExcess(message(fits))).toBeUndefined();
    expect(headerExcess(message(fits.replace('x', 'xx')))).toMatch(/65536 bytes/);
  });

  it('keeps to stricter limits', () => {
    const limits = { maxHeaderBytes: 40, maxHeaderLines: 3 };
    expect(headerExcess(message(block(3)), limits)).toBeUndefined();
    expect(headerExcess(message(block(4)), limits)).toBe('they have more than 3 lines');
    const frame = block(2, 'a:').length;
    const fits = block(2, `a:${'x'.repeat(40 - frame)}`);
    expect(headerExcess(message(fits), limits)).toBeUndefined();
    expect(headerExcess(message(fits.replace('x', 'xx')), limits)).toMatch(/40 bytes/);
  });

  it('finds too many of the shortest lines there are', () => {
    expect(headerExcess(message(block(MAX_HEADER_LINES + 1, ':')))).toMatch(/256 lines/);
  });

  it('does not count what lies before the headers, nor the payload', () => {
    const lines = '\n'.repeat(1_000);
    const { subject, reply } = { subject: 'ä'.repeat(900), reply: '漢'.repeat(600) };
    expect(
      headerExcess(message('', { before: lines, payload: lines, subject, reply })),
    ).toBeUndefined();
  });

  it('is not deceived by a subject that is no UTF-8', () => {
    // 3 bytes each in our text, one in the message
    const subject = 'a.\uFFFD';
    const { data } = message(block(300));
    const size = 3 + block(300).length + data.length;
    const sent = { subject, data, size: () => size } as unknown as Msg;
    expect(headerExcess(sent)).toMatch(/256 lines/);
  });

  it('agrees with a plain count, whatever the message looks like', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ':', '\r\n', 'ä'), maxLength: 2_000 });
    const lines = fc.integer({ min: 1, max: 600 });
    const names = fc.string({ unit: fc.constantFrom('a', '.', 'ä'), maxLength: 300 });
    fc.assert(
      fc.property(lines, text, text, names, (count, before, payload, name) => {
        const made = message(block(count), { before, payload, subject: name, reply: name });
        expect(headerExcess(made) !== undefined).toBe(count > MAX_HEADER_LINES);
      }),
    );
  });
});
