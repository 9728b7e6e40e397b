import { describe, expect, it } from '@jest/globals';
import { jsonCodec } from '../codec/json.js';
import { type FormatOptions, formatFaults } from './format-faults.js';

const ENVELOPES = ['plain', 'nest', 'both'];
const serializer = { serialize: (packet: unknown): string => JSON.stringify(packet) };
const deserializer = { deserialize: (): unknown => ({ data: 1 }) };

describe('formatFaults', () => {
  it.each<FormatOptions>([
    {},
    { codec: undefined, envelope: undefined, serializer: undefined, deserializer: undefined },
    { codec: 'text' },
    { envelope: 'nest' },
    { envelope: 'both' },
    { envelope: 'nest', codec: 'json' },
    { envelope: 'both', codec: 'raw' },
    { serializer, deserializer },
  ])('accepts %p', (options) => {
    expect(formatFaults(options, ENVELOPES)).toEqual([]);
  });

  it.each<[FormatOptions, RegExp]>([
    [{ codec: 'xml' }, /^codec: "xml" is no codec/],
    [{ codec: null }, /^codec: a codec is an object/],
    [{ envelope: 'nest', codec: 'raw' }, /^codec: payloads in the envelope 'nest' are always JSON/],
    [{ envelope: 'nest', codec: { ...jsonCodec } }, /^codec: payloads in the envelope/],
    [{ envelope: 'nest', codec: 'xml' }, /^codec: "xml" is no codec/],
    [{ envelope: 'json' }, /^envelope: expected 'plain', 'nest' or 'both'$/],
    [{ envelope: null }, /^envelope: expected/],
    [{ serializer: {} }, /^serializer: expected an object with serialize\(\)$/],
    [{ serializer: null }, /^serializer: expected/],
    [{ serializer: 'json' }, /^serializer: expected/],
    [
      { deserializer: { deserialize: 1 } },
      /^deserializer: expected an object with deserialize\(\)$/,
    ],
  ])('refuses %p', (options, fault) => {
    expect(formatFaults(options, ENVELOPES)).toEqual([expect.stringMatching(fault)]);
  });

  it('knows the envelopes it is told', () => {
    expect(formatFaults({ envelope: 'both' }, ['plain', 'nest'])).toEqual([
      "envelope: expected 'plain' or 'nest'",
    ]);
  });

  it('names every fault', () => {
    const options = { codec: 1, envelope: 1, serializer: 1, deserializer: 1 };
    const names = formatFaults(options, ENVELOPES).map((fault) => fault.split(':', 1)[0]);
    expect(names).toEqual(['codec', 'envelope', 'serializer', 'deserializer']);
  });
});
