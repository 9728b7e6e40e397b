import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { plainAckSequence, readPubReply } from './pub-ack.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/);
const sequence = fc.oneof(
  fc.integer({ min: 1, max: 999 }),
  fc.maxSafeNat().filter((n) => n > 0),
);

describe('plainAckSequence', () => {
  it.each([
    ['{"stream":"ORDERS","seq":1}', 1],
    // servers of 2.10 write a space
    ['{"stream":"ORDERS", "seq":22}', 22],
    ['{"stream":"ORDERS","seq":999999999999999}', 999_999_999_999_999],
  ])('reads %s', (text, seq) => {
    expect(plainAckSequence(bytes(text), 'ORDERS')).toBe(seq);
  });

  it.each([
    '',
    '{}',
    '{"stream":"ORDERS","seq":1',
    '{"stream":"ORDERS","seq":}',
    '{"stream":"ORDERS","seq":0}',
    '{"stream":"ORDERS","seq":-1}',
    '{"stream":"ORDERS","seq":1.5}',
    '{"stream":"ORDERS","seq":"1"}',
    '{"stream":"ORDERS","seq":1000000000000000}',
    '{"stream":"ORDERS","seq":1,"duplicate":true}',
    '{"stream":"ORDERS","domain":"hub","seq":1}',
    '{"stream":"ORDERS2","seq":1}',
    '{"stream":"ORDER","seq":1}',
    '{"stream":"ORDERS","seq":1}}',
    '{"stream":"ORDERS","seq":1} ',
    ' {"stream":"ORDERS","seq":1}',
  ])('leaves %p to the parser', (text) => {
    expect(plainAckSequence(bytes(text), 'ORDERS')).toBeUndefined();
  });

  it('says what the parser says, or nothing', () => {
    const text = fc.oneof(
      fc.record({ stream: name, seq: sequence }).map((ack) => JSON.stringify(ack)),
      fc
        .tuple(name, fc.string(), fc.constantFrom('', ' '))
        .map(([stream, rest, space]) => `{"stream":"${stream}",${space}"seq":${rest}}`),
    );
    fc.assert(
      fc.property(text, name, (written, other) => {
        const [, stream = other] = /"stream":"([^"]*)"/.exec(written) ?? [];
        const seq = plainAckSequence(bytes(written), stream);
        fc.pre(seq !== undefined);
        expect(readPubReply(bytes(written))).toEqual({ ack: { stream, seq, duplicate: false } });
        expect(plainAckSequence(bytes(written), `${stream}x`)).toBeUndefined();
      }),
    );
  });

  it('reads every acknowledgement in the usual form', () => {
    const usual = fc.integer({ min: 1, max: 999_999_999_999_999 });
    fc.assert(
      fc.property(name, usual, (stream, seq) => {
        expect(plainAckSequence(bytes(JSON.stringify({ stream, seq })), stream)).toBe(seq);
      }),
    );
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (data, stream) => {
        expect([undefined, expect.any(Number)]).toContainEqual(plainAckSequence(data, stream));
      }),
    );
  });
});

describe('readPubReply', () => {
  it.each([
    ['{"stream":"A","seq":1}', { stream: 'A', seq: 1, duplicate: false }],
    ['{"stream":"A","seq":7,"duplicate": true}', { stream: 'A', seq: 7, duplicate: true }],
    [
      '{"stream":"A", "domain":"hub", "seq":7}',
      { stream: 'A', seq: 7, duplicate: false, domain: 'hub' },
    ],
    ['{"seq":3,"stream":"Größe","more":[]}', { stream: 'Größe', seq: 3, duplicate: false }],
  ])('reads the acknowledgement %s', (text, ack) => {
    expect(readPubReply(bytes(text))).toEqual({ ack });
  });

  it('reads how many messages of a batch are stored', () => {
    const text = '{"stream":"A","seq":9,"batch":"b","count":3}';
    expect(readPubReply(bytes(text))).toEqual({
      ack: { stream: 'A', seq: 9, duplicate: false },
      count: 3,
    });
  });

  it('reads why a message is not stored', () => {
    const error = { code: 400, err_code: 10_071, description: 'wrong last sequence: 5' };
    const text = JSON.stringify({ error, stream: 'A', seq: 0 });
    expect(readPubReply(bytes(text))).toEqual({ error });
    expect(readPubReply(bytes('{"error":{"code":503}}'))).toEqual({ error: { code: 503 } });
  });

  it.each([
    '',
    'ok',
    'null',
    '[]',
    '"A"',
    '{"stream":"A"}',
    '{"seq":1}',
    '{"stream":"","seq":1}',
    '{"stream":1,"seq":1}',
    '{"stream":"A","seq":0}',
    '{"stream":"A","seq":-1}',
    '{"stream":"A","seq":1.5}',
    '{"stream":"A","seq":"1"}',
    '{"stream":"A","seq":9007199254740993}',
    '{"stream":"A","seq":1,"duplicate":"yes"}',
    '{"error":"no","stream":"A","seq":1}',
    '{"error":null,"stream":"A","seq":1}',
    '{"error":{"code":"500"}}',
    '{"error":{"code":500,"description":{}}}',
    `{"stream":"A","seq":1,"x":"${'x'.repeat(5_000)}"}`,
    '['.repeat(4_000),
  ])('finds nothing a stream would say in %p', (text) => {
    expect(readPubReply(bytes(text))).toBeUndefined();
  });

  it('finds nothing in bytes that are no text', () => {
    expect(readPubReply(Uint8Array.of(0xff, 0xfe, 0))).toBeUndefined();
  });

  it('never throws, and gives well-formed acknowledgements only', () => {
    const value = fc.oneof(
      fc.json(),
      fc
        .dictionary(fc.constantFrom('stream', 'seq', 'error', 'duplicate'), fc.jsonValue())
        .map((v) => JSON.stringify(v)),
    );
    fc.assert(
      fc.property(value, (text) => {
        const reply = readPubReply(bytes(text));
        if (reply === undefined || 'error' in reply) return;
        const { stream, seq, duplicate } = reply.ack;
        expect([typeof stream, Number.isSafeInteger(seq), typeof duplicate]).toEqual([
          'string',
          true,
          'boolean',
        ]);
      }),
    );
  });

  it('reaches for no prototype', () => {
    const text = '{"__proto__":{"stream":"A","seq":1},"constructor":{"prototype":{"x":1}}}';
    expect(readPubReply(bytes(text))).toBeUndefined();
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
