import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Codec } from './codec.js';
import { jsonCodec } from './json.js';
import { rawCodec } from './raw.js';
import { codecFault, codecFor, codecOf } from './registry.js';
import { textCodec } from './text.js';

/** A codec as an application might write it: a class, with methods on its prototype. */
class HexCodec implements Codec {
  readonly contentType = 'application/x-hex; version=1';

  encode(value: unknown): Uint8Array {
    return Buffer.from(String(value), 'hex');
  }

  decode(bytes: Uint8Array): unknown {
    return Buffer.from(bytes).toString('hex');
  }
}

const hex = new HexCodec();

describe('codecFault', () => {
  it.each(['json', 'text', 'raw', hex, jsonCodec])('accepts %p', (option) => {
    expect(codecFault(option)).toBeUndefined();
  });

  it.each(['protobuf', 'JSON', '', 'constructor', '__proto__', 'toString'])(
    'refuses the name %j, and gives those there are',
    (option) => {
      expect(codecFault(option)).toBe(
        `${JSON.stringify(option)} is no codec; there are json, text, raw, or an object of your own`,
      );
    },
  );

  it.each([
    undefined,
    null,
    1,
    [],
    {},
    () => jsonCodec,
    { ...jsonCodec, contentType: '' },
    { ...jsonCodec, contentType: 1 },
    { ...jsonCodec, contentType: 'json' },
    { ...jsonCodec, contentType: 'a/b\r\nNats-Rollup: all' },
    { ...jsonCodec, contentType: 'a/größe' },
    { ...jsonCodec, encode: undefined },
    { ...jsonCodec, decode: 'json' },
  ])('refuses %p, and says what a codec is', (option) => {
    expect(codecFault(option)).toBe(
      'a codec is an object with contentType (a media type), encode() and decode()',
    );
  });
});

describe('codecOf', () => {
  it('finds a codec by its name, and passes on one of your own', () => {
    expect(codecOf('json')).toBe(jsonCodec);
    expect(codecOf('text')).toBe(textCodec);
    expect(codecOf('raw')).toBe(rawCodec);
    expect(codecOf(hex)).toBe(hex);
  });
});

describe('codecFor', () => {
  it.each([undefined, ''])('prefers the codec of the handler for the type %p', (contentType) => {
    expect(codecFor(contentType, textCodec)).toBe(textCodec);
    expect(codecFor(contentType, hex)).toBe(hex);
  });

  it.each([
    ['application/json', jsonCodec],
    ['Application/JSON', jsonCodec],
    ['application/json; charset=utf-8', jsonCodec],
    [' application/json ;x', jsonCodec],
    ['text/plain', textCodec],
    ['application/octet-stream', rawCodec],
    ['application/x-hex', hex],
    ['application/X-Hex; version=2', hex],
  ])('finds the codec for %j', (contentType, codec) => {
    expect(codecFor(contentType, hex)).toBe(codec);
  });

  it('lets a codec of your own stand in for a built-in one', () => {
    const strict: Codec = { ...jsonCodec };
    expect(codecFor('application/json; charset=utf-8', strict)).toBe(strict);
  });

  it.each(['application/protobuf', 'json', ';', '  ', 'text/plain, text/html', '__proto__'])(
    'refuses %j as DECODE_FAILED',
    (contentType) => {
      expect(() => codecFor(contentType, jsonCodec)).toThrow(
        expect.objectContaining({
          code: 'DECODE_FAILED',
          message: `No codec reads the content type ${JSON.stringify(contentType)}.`,
          details: { contentType },
        }),
      );
    },
  );

  it('quotes any type on one short line', () => {
    const foreign = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 500 });
    fc.assert(
      fc.property(foreign, (type) => {
        expect(() => codecFor(`x/${type}`, jsonCodec)).toThrow(/^[^\r\n]{1,600}$/);
      }),
    );
  });
});
