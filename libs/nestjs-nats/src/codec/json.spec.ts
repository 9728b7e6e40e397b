import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dangerousKey } from './json-guard.js';
import { jsonCodec, MAX_JSON_DEPTH } from './json.js';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const text = (encoded: Uint8Array): string => Buffer.from(encoded).toString('utf8');
const encode = (value: unknown): Uint8Array => jsonCodec.encode(value, 'orders.created');
const decode = (payload: Uint8Array): unknown => jsonCodec.decode(payload, 'orders.created');
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

const circular: Record<string, unknown> = {};
circular['self'] = circular;

describe('jsonCodec.encode', () => {
  it.each([
    [null, 'null'],
    [0, '0'],
    ['', '""'],
    [false, 'false'],
    [{ a: [1, 'é', null] }, '{"a":[1,"é",null]}'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [{ a: undefined, b: 1 }, '{"b":1}'],
    [Number.NaN, 'null'],
  ])('writes %p as %s', (value, written) => {
    expect(text(encode(value))).toBe(written);
  });

  it.each([
    ['a BigInt', 1n, /^Cannot write the value as JSON: .*BigInt/],
    ['a BigInt inside', { a: [1n] }, /^Cannot write the value as JSON: .*BigInt/],
    ['a circular value', circular, /^Cannot write the value as JSON: .*circular/],
    ['undefined', undefined, /^Cannot write .*undefined/],
    ['a function', () => 1, /^Cannot write a function as JSON/],
    ['a symbol', Symbol('a'), /^Cannot write a symbol as JSON/],
    ['an object whose toJSON gives nothing', { toJSON: () => undefined }, /^Cannot write/],
  ])('refuses %s as ENCODE_FAILED, in one line', (_, value, why) => {
    expect(() => encode(value)).toThrow(
      expect.objectContaining({ code: 'ENCODE_FAILED', message: expect.stringMatching(why) }),
    );
    expect(() => encode(value)).toThrow(/^.*$/);
  });

  it('keeps what a toJSON or getter throws as the cause', () => {
    const cause = new Error('no figures yet');
    const value = {
      get total(): number {
        throw cause;
      },
    };
    expect(() => encode(value)).toThrow(expect.objectContaining({ code: 'ENCODE_FAILED', cause }));
  });

  it('refuses a value too deep for the stack, as ENCODE_FAILED', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 200_000; i++) deep = [deep];
    expect(() => encode(deep)).toThrow(expect.objectContaining({ code: 'ENCODE_FAILED' }));
  });
});

describe('jsonCodec.decode', () => {
  it('reads a view into a larger buffer, and only that', () => {
    const buffer = bytes('xx{"a":1}xx');
    expect(decode(buffer.subarray(2, 9))).toEqual({ a: 1 });
  });

  it.each([
    ['a byte that is never UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['a cut character', Uint8Array.of(0x22, 0xc3, 0x22)],
    ['an overlong slash', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
    ['an encoded surrogate', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ['UTF-16', Buffer.from('"é"', 'utf16le').fill(0xff, 0, 1)],
  ])('refuses %s: not UTF-8', (_, payload) => {
    expect(() => decode(payload)).toThrow(
      expect.objectContaining({
        code: 'DECODE_FAILED',
        message: 'Cannot read the payload as JSON: the bytes are not UTF-8.',
      }),
    );
  });

  it.each([
    '',
    '{',
    'hello',
    "{'a':1}",
    '{"a":1}}',
    '[1,]',
    'NaN',
    'undefined',
    ' ',
    '\ufeff1',
    '\0',
  ])('refuses %j: not JSON', (payload) => {
    expect(() => decode(bytes(payload))).toThrow(
      expect.objectContaining({
        code: 'DECODE_FAILED',
        message: 'Cannot read the payload as JSON: the text is not JSON.',
        cause: expect.any(SyntaxError),
      }),
    );
  });

  it('does not quote the payload in its message', () => {
    expect(() => decode(bytes('{"password": s3cret}'))).toThrow(/^(?!.*s3cret)/);
  });

  it('reads what is nested as deep as allowed', () => {
    expect(decode(bytes(nested(MAX_JSON_DEPTH)))).toBeInstanceOf(Array);
  });

  it.each([MAX_JSON_DEPTH + 1, 1_000, 500_000])('refuses %d levels', (depth) => {
    const objects = '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
    for (const payload of [nested(depth), objects]) {
      expect(() => decode(bytes(payload))).toThrow(
        expect.objectContaining({
          code: 'DECODE_FAILED',
          message: `Cannot read the payload as JSON: it is nested deeper than ${MAX_JSON_DEPTH}.`,
        }),
      );
    }
  });

  it.each([
    '{"__proto__":{"admin":true}}',
    String.raw`{"\u005f_proto__":{"admin":true}}`,
    String.raw`{"\u005f\u005F\u0070roto\u005f_":1}`,
    '[{"a":{"b":[{"__proto__":null}]}}]',
    '{"__proto__":1,"__proto__":2}',
  ])('refuses the key __proto__ in %s', (payload) => {
    expect(() => decode(bytes(payload))).toThrow(
      expect.objectContaining({
        code: 'DECODE_FAILED',
        message: expect.stringMatching('__proto__'),
      }),
    );
    expect({}).not.toHaveProperty('admin');
  });

  it.each([
    '{"constructor":{"prototype":{"admin":true}}}',
    String.raw`{"c\u006fnstructor":{"prototype":{}}}`,
    String.raw`{"constructor":{"\u0070rototype":{}}}`,
    '{"a":[{"constructor":{"prototype":null}}]}',
  ])('refuses constructor.prototype in %s', (payload) => {
    expect(() => decode(bytes(payload))).toThrow(
      expect.objectContaining({
        code: 'DECODE_FAILED',
        message: expect.stringMatching('constructor.prototype'),
      }),
    );
  });

  it.each<unknown>([
    { constructor: 'ACME Builders' },
    { constructor: { name: 'ACME' } },
    { prototype: { constructor: 1 } },
    { text: '__proto__ and "constructor" and \u0001' },
    ['__proto__', 'constructor', 'prototype'],
  ])('reads the harmless %j', (value) => {
    expect(decode(encode(value))).toEqual(value);
  });
});

describe('jsonCodec', () => {
  it('gives back every JSON value, but for keys that reach for a prototype', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }), (value) => {
        const written = JSON.stringify(value);
        // as JSON has it: there is no minus zero
        const parsed: unknown = JSON.parse(written);
        fc.pre(dangerousKey(written, parsed) === undefined);
        expect(decode(encode(value))).toEqual(parsed);
      }),
      { numRuns: 300 },
    );
  });

  it('gives back half a surrogate pair', () => {
    expect(decode(encode('a\ud800b'))).toBe('a\ud800b');
  });

  it('takes any bytes, and refuses them only as DECODE_FAILED', () => {
    const hostile = fc
      .array(fc.constantFrom('{', '}', '[', ']', '"', '\\', 'u', '0', ':', ',', '__proto__', 'é'))
      .map((parts) => bytes(parts.join('')));
    fc.assert(
      fc.property(fc.oneof(hostile, fc.uint8Array({ maxLength: 40 })), (payload) => {
        expect(decodeOutcome(payload)).toBe('fine');
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Reads, and tells how it went: `fine` when there is a value or the one error that is allowed. */
function decodeOutcome(payload: Uint8Array): string {
  try {
    decode(payload);
    return 'fine';
  } catch (error) {
    return (error as { code?: string }).code === 'DECODE_FAILED' ? 'fine' : String(error);
  }
}
