import { describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import fc from 'fast-check';
import { endHeaders, endsStream, frameHeaders, readReplyFrame } from './reply-frame.js';

/** Headers as a peer may have written them. */
function received(entries: Record<string, string>): ReturnType<typeof headers> {
  const result = headers();
  for (const [name, value] of Object.entries(entries)) result.append(name, value);
  return result;
}

describe('reply frames', () => {
  it('read back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), (n) => {
        expect(readReplyFrame(frameHeaders(n))).toEqual({ kind: 'frame', sequence: n });
        expect(readReplyFrame(endHeaders(n))).toEqual({ kind: 'end', frames: n });
      }),
    );
  });

  it('are marked on headers that hold others already', () => {
    const existing = received({ 'Content-Type': 'text/plain' });
    expect(frameHeaders(3, existing)).toBe(existing);
    expect(existing.get('Content-Type')).toBe('text/plain');
    expect(readReplyFrame(existing)).toEqual({ kind: 'frame', sequence: 3 });
  });

  it('have the names and values that other languages read', () => {
    expect(frameHeaders(7).get('Reply-Sequence')).toBe('7');
    expect(endHeaders(7).get('Reply-End')).toBe('7');
  });
});

it.each<[what: string, reply: ReturnType<typeof headers> | undefined, ends: boolean]>([
  ['no headers', undefined, false],
  ['a frame', frameHeaders(1), false],
  ['an end', endHeaders(1), true],
  ['an error', received({ 'Nats-Service-Error-Code': '500' }), true],
])('endsStream: %s', (_, reply, ends) => {
  expect(endsStream(reply)).toBe(ends);
});

describe('readReplyFrame', () => {
  it('takes a reply without headers for the only one', () => {
    expect(readReplyFrame(undefined)).toEqual({ kind: 'single' });
    expect(readReplyFrame(headers())).toEqual({ kind: 'single' });
  });

  it('takes an end of no frames for an end', () => {
    expect(readReplyFrame(received({ 'Reply-End': '0' }))).toEqual({ kind: 'end', frames: 0 });
  });

  it.each([
    '',
    '0',
    '-1',
    '+1',
    '1.5',
    '1e3',
    '0x10',
    'one',
    '1 2',
    '1,2',
    '１',
    'Infinity',
    '9999999999999999',
    '9'.repeat(400),
  ])('takes the sequence %j, which makes no sense, for a plain reply', (value) => {
    expect(readReplyFrame(received({ 'Reply-Sequence': value }))).toEqual({ kind: 'single' });
  });

  it.each(['', '-1', 'end', '1.0', '9999999999999999'])(
    'takes the end %j, which makes no sense, for a plain reply',
    (value) => {
      expect(readReplyFrame(received({ 'Reply-End': value }))).toEqual({ kind: 'single' });
    },
  );

  it('reads names as they are written: case counts', () => {
    const lower = received({ 'reply-sequence': '1', 'REPLY-END': '1' });
    expect(readReplyFrame(lower)).toEqual({ kind: 'single' });
  });

  it('gives whole, safe numbers or none, whatever stands in the headers', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[\r\n]/g, ' ')),
      fc.double().map(String),
      fc.bigInt().map(String),
    );
    fc.assert(
      fc.property(fc.option(value), fc.option(value), (sequence, end) => {
        const frame = readReplyFrame(
          received({
            ...(sequence !== null && { 'Reply-Sequence': sequence }),
            ...(end !== null && { 'Reply-End': end }),
          }),
        );
        const number =
          frame.kind === 'frame' ? frame.sequence : frame.kind === 'end' ? frame.frames : 0;
        expect(Number.isSafeInteger(number)).toBe(true);
        expect(number).toBeGreaterThanOrEqual(frame.kind === 'frame' ? 1 : 0);
      }),
    );
  });
});
