import { describe, expect, it } from '@jest/globals';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import fc from 'fast-check';
import type { Codec } from '../codec/codec.js';
import { jsonCodec } from '../codec/json.js';
import { rawCodec } from '../codec/raw.js';
import { textCodec } from '../codec/text.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { decodePayload, encodeMessage } from './payload.js';

const SUBJECT = 'orders.created';

function typed(contentType: string): MsgHdrs {
  const result = headers();
  result.set('Content-Type', contentType);
  return result;
}

/** A codec of an application that fails as it likes. */
function failing(failure: unknown): Codec {
  const fail = (): never => {
    throw failure;
  };
  return { contentType: 'application/x-own', encode: fail, decode: fail };
}

describe('encodeMessage', () => {
  it('writes JSON without a Content-Type', () => {
    expect(encodeMessage({ a: 1 }, jsonCodec, SUBJECT)).toEqual({
      payload: Buffer.from('{"a":1}'),
    });
  });

  it.each([
    ['text/plain', 'größe', textCodec],
    ['application/octet-stream', Uint8Array.of(1), rawCodec],
    ['application/json', 1, { ...jsonCodec }],
  ])('names %s in Content-Type', (contentType, value, codec) => {
    const { headers: sent } = encodeMessage(value, codec, SUBJECT);
    expect([...sent!]).toEqual([['Content-Type', [contentType]]]);
  });

  it.each([jsonCodec, textCodec, rawCodec, failing('never called')])(
    'writes undefined as nothing at all, whatever the codec',
    (codec) => {
      expect(encodeMessage(undefined, codec, SUBJECT)).toEqual({ payload: new Uint8Array(0) });
    },
  );

  it('tells the codec the subject', () => {
    const codec: Codec = { ...textCodec, encode: (_, subject) => Buffer.from(subject) };
    expect(encodeMessage(1, codec, SUBJECT).payload).toEqual(Buffer.from(SUBJECT));
  });

  it('makes ENCODE_FAILED of what a codec throws', () => {
    const cause = new RangeError('too big');
    expect(() => encodeMessage(1, failing(cause), SUBJECT)).toThrow(
      expect.objectContaining({
        code: 'ENCODE_FAILED',
        message: 'The codec for application/x-own cannot write the value.',
        cause,
      }),
    );
  });

  it('passes on an ENCODE_FAILED of the codec', () => {
    const failure = new NatsTransportError('ENCODE_FAILED', 'no such field');
    expect(() => encodeMessage(1, failing(failure), SUBJECT)).toThrow(failure);
  });
});

describe('decodePayload', () => {
  const bytes = Buffer.from('"a"');

  it('prefers the codec given when there is no Content-Type', () => {
    expect(decodePayload({ data: bytes, subject: SUBJECT }, undefined, jsonCodec)).toBe('a');
    expect(decodePayload({ data: bytes, subject: SUBJECT }, headers(), textCodec)).toBe('"a"');
  });

  it('lets Content-Type decide', () => {
    expect(decodePayload({ data: bytes, subject: SUBJECT }, typed('text/plain'), jsonCodec)).toBe(
      '"a"',
    );
    expect(
      decodePayload({ data: bytes, subject: SUBJECT }, typed('application/json'), rawCodec),
    ).toBe('a');
  });

  it.each([jsonCodec, textCodec, rawCodec, failing('never called')])(
    'reads nothing at all as undefined, whatever the codec',
    (codec) => {
      expect(
        decodePayload({ data: new Uint8Array(0), subject: SUBJECT }, undefined, codec),
      ).toBeUndefined();
      expect(
        decodePayload({ data: new Uint8Array(0), subject: SUBJECT }, headers(), codec),
      ).toBeUndefined();
    },
  );

  it('tells the codec the subject', () => {
    const codec: Codec = { ...textCodec, decode: (_, subject) => subject };
    expect(decodePayload({ data: bytes, subject: SUBJECT }, undefined, codec)).toBe(SUBJECT);
  });

  it('refuses a type that nobody reads as DECODE_FAILED', () => {
    expect(() =>
      decodePayload({ data: bytes, subject: SUBJECT }, typed('image/png'), jsonCodec),
    ).toThrow(expect.objectContaining({ code: 'DECODE_FAILED' }));
  });

  it('makes DECODE_FAILED of what a codec throws', () => {
    const cause = new RangeError('index out of range');
    expect(() =>
      decodePayload({ data: bytes, subject: SUBJECT }, undefined, failing(cause)),
    ).toThrow(
      expect.objectContaining({
        code: 'DECODE_FAILED',
        message: 'The codec for application/x-own cannot read the payload.',
        cause,
      }),
    );
  });

  it('passes on a DECODE_FAILED of the codec', () => {
    const failure = new NatsTransportError('DECODE_FAILED', 'no such field');
    expect(() =>
      decodePayload({ data: bytes, subject: SUBJECT }, undefined, failing(failure)),
    ).toThrow(failure);
  });
});

describe('a payload', () => {
  it.each<[string, Codec, fc.Arbitrary<unknown>]>([
    ['text', textCodec, fc.string({ unit: 'grapheme' })],
    ['raw', rawCodec, fc.uint8Array()],
    ['json', jsonCodec, fc.oneof(fc.constantFrom(null, '', 0, false), fc.array(fc.nat()))],
  ])(
    'of the %s codec is read as it was written, also by a peer that prefers another',
    (_, codec, values) => {
      fc.assert(
        fc.property(values, (value) => {
          const { payload, headers: sent } = encodeMessage(value, codec, SUBJECT);
          const preferred =
            sent === undefined ? jsonCodec : codec === textCodec ? rawCodec : textCodec;
          expect(decodePayload({ data: payload, subject: SUBJECT }, sent, preferred)).toEqual(
            value,
          );
        }),
      );
    },
  );
});
