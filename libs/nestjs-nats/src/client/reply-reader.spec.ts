import { describe, expect, it } from '@jest/globals';
import { type Msg, MsgImpl } from '@nats-io/transport-node';
import fc from 'fast-check';
import { jsonCodec } from '../codec/json.js';
import { textCodec } from '../codec/text.js';
import { isRemoteError } from '../errors/remote-error.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import { type EncodedMessage } from '../message/payload.js';
import { NestReplyFormat } from '../message/nest-envelope.js';
import { PlainReplyFormat } from '../message/reply-format.js';
import {
  NestReplyReader,
  PlainReplyReader,
  type ReplyContent,
  type ReplyReader,
  SerializedReplyReader,
} from './reply-reader.js';

const SUBJECT = 'price.quote';

/** An answer as it came over the wire. */
function answer(data: Uint8Array | string, head?: Record<string, string>): Msg {
  const lines = Object.entries(head ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
  const block = Buffer.from(head === undefined ? '' : `NATS/1.0\r\n${lines.join('')}\r\n`);
  const bytes = Buffer.concat([block, Buffer.from(data)]);
  const hdr = head === undefined ? -1 : block.length;
  const parts = { subject: Buffer.from('_INBOX.1'), sid: 1, hdr, size: bytes.length };
  return new MsgImpl(parts, bytes, {} as never);
}

/** An answer as our own responder writes it. */
function sent({ payload, headers }: EncodedMessage): Msg {
  if (headers === undefined) return answer(payload);
  return answer(payload, Object.fromEntries([...headers].map(([name, [value]]) => [name, value!])));
}

function read(reader: ReplyReader, message: Msg): ReplyContent {
  return reader.read(message, message.headers) as ReplyContent;
}

const plain = (codec = jsonCodec): PlainReplyReader => new PlainReplyReader(SUBJECT, codec);

describe('PlainReplyReader', () => {
  it.each<[string, Msg, ReplyContent]>([
    ['a value', answer('{"price":1}'), { value: { price: 1 }, hasValue: true, last: true }],
    ['null', answer('null'), { value: null, hasValue: true, last: true }],
    ['nothing', answer(''), { value: undefined, hasValue: false, last: true }],
    [
      'nothing, with headers',
      answer('', { a: '1' }),
      { value: undefined, hasValue: false, last: true },
    ],
    [
      'another type',
      answer('a', { 'Content-Type': 'text/plain' }),
      { value: 'a', hasValue: true, last: true },
    ],
    [
      'an empty text',
      answer('', { 'Content-Type': 'text/plain' }),
      { value: '', hasValue: true, last: true },
    ],
    ['a frame', answer('1', { 'Reply-Sequence': '1' }), { value: 1, hasValue: true, last: false }],
    [
      'an empty frame',
      answer('', { 'Reply-Sequence': '1' }),
      { value: undefined, hasValue: true, last: false },
    ],
    [
      'an end of none',
      answer('', { 'Reply-End': '0' }),
      { value: undefined, hasValue: false, last: true },
    ],
  ])('reads %s', (_, message, content) => {
    expect(read(plain(), message)).toEqual(content);
  });

  it('reads values with the codec it is given', () => {
    expect(read(plain(textCodec), answer('"a"')).value).toBe('"a"');
  });

  it('reads back what our own responder writes', () => {
    const values = fc.array(fc.oneof(fc.constant(null), fc.integer(), fc.string()), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(values, fc.constantFrom(jsonCodec, textCodec), (list, codec) => {
        const written = codec === textCodec ? list.map(String) : list;
        const format = new PlainReplyFormat(codec);
        const reader = plain();
        const contents = [
          ...written.map((value, i) => format.frame(value, i + 1, SUBJECT)),
          format.end(written.length),
        ].map((message) => read(reader, sent(message)));
        expect(contents.pop()).toEqual({ value: undefined, hasValue: false, last: true });
        expect(contents).toEqual(written.map((value) => ({ value, hasValue: true, last: false })));
      }),
    );
  });

  it.each<[string, Record<string, string>[], number, number]>([
    ['a frame before the first', [{ 'Reply-Sequence': '2' }], 1, 2],
    ['a frame left out', [{ 'Reply-Sequence': '1' }, { 'Reply-Sequence': '3' }], 2, 3],
    ['a frame twice', [{ 'Reply-Sequence': '1' }, { 'Reply-Sequence': '1' }], 2, 1],
    ['an end that counts more', [{ 'Reply-Sequence': '1' }, { 'Reply-End': '2' }], 1, 2],
    ['an end that counts fewer', [{ 'Reply-Sequence': '1' }, { 'Reply-End': '0' }], 1, 0],
  ])('refuses %s as CONNECTION_LOST', (_, heads, expected, actual) => {
    const reader = plain();
    const messages = heads.map((head) => answer('1', head));
    const last = messages.pop()!;
    for (const message of messages) read(reader, message);
    expect(() => read(reader, last)).toThrow(
      expect.objectContaining({
        code: 'CONNECTION_LOST',
        message: expect.stringMatching(
          `^The streamed answer on "price.quote" has a gap: expected frame ${expected}, got ${actual}\\.`,
        ),
      }),
    );
  });

  it.each([
    ['bytes that are not JSON', answer('{')],
    ['a type that nobody reads', answer('a', { 'Content-Type': 'image/png' })],
    ['a frame that is not JSON', answer('{', { 'Reply-Sequence': '1' })],
  ])('refuses %s as DECODE_FAILED', (_, message) => {
    expect(() => read(plain(), message)).toThrow(
      expect.objectContaining({ code: 'DECODE_FAILED' }),
    );
  });

  it('throws what our own responder tells of an error, whatever codec the values have', () => {
    const body = { code: 'SOLD_OUT', message: 'None left', details: { left: 0 } };
    const message = sent(new PlainReplyFormat(textCodec).error({ body, status: 409 }));
    expect(() => read(plain(textCodec), message)).toThrow(
      expect.objectContaining({ name: 'RemoteError', ...body, status: 409, subject: SUBJECT }),
    );
  });

  it.each<[string, Msg, object]>([
    [
      'without a body',
      answer('', { 'Nats-Service-Error': 'no', 'Nats-Service-Error-Code': '400' }),
      { code: 'ERROR', message: 'no', status: 400, details: undefined },
    ],
    [
      'without a text',
      answer('', { 'Nats-Service-Error-Code': '404' }),
      { message: 'The responder failed without saying why', status: 404 },
    ],
    [
      'with a code that is below 100',
      answer('', { 'Nats-Service-Error-Code': '-5' }),
      { status: 500 },
    ],
    [
      'with a code that is no number',
      answer('', { 'Nats-Service-Error-Code': 'many' }),
      { status: 500 },
    ],
    [
      'with a body that is not JSON',
      answer('<html>', { 'Nats-Service-Error': 'no', 'Nats-Service-Error-Code': '400' }),
      { code: 'ERROR', message: 'no' },
    ],
    [
      'with a body of a type that nobody reads',
      answer('\x89PNG', { 'Content-Type': 'image/png', 'Nats-Service-Error-Code': '400' }),
      { code: 'ERROR' },
    ],
    [
      'with a body that is a JSON text',
      answer('"sold out"', { 'Nats-Service-Error': 'no', 'Nats-Service-Error-Code': '400' }),
      { code: 'ERROR', message: 'sold out' },
    ],
    [
      'with fields of other types',
      answer('{"code":7,"message":{}}', {
        'Nats-Service-Error': 'no',
        'Nats-Service-Error-Code': '400',
      }),
      { code: 'ERROR', message: 'no' },
    ],
    [
      'after frames',
      answer('{"code":"C"}', { 'Reply-Sequence': '9', 'Nats-Service-Error-Code': '400' }),
      { code: 'C', status: 400 },
    ],
  ])('throws a foreign error %s', (_, message, fields) => {
    expect(() => read(plain(), message)).toThrow(
      expect.objectContaining({ name: 'RemoteError', subject: SUBJECT, ...fields }),
    );
  });

  it('reads any answer, or throws an error of the two that are allowed', () => {
    const head = fc.dictionary(
      fc.constantFrom(
        'Content-Type',
        'Nats-Service-Error',
        'Nats-Service-Error-Code',
        'Reply-Sequence',
        'Reply-End',
      ),
      fc.constantFrom(
        '',
        '0',
        '1',
        '2',
        '-1',
        'x',
        '999999999999999',
        'text/plain',
        'application/json',
      ),
    );
    const data = fc.constantFrom(
      '',
      '{',
      '{}',
      '[]',
      'null',
      '1',
      '"a"',
      '{"code":1}',
      '{"__proto__":1}',
      '\xff',
    );
    fc.assert(
      fc.property(data, head, (bytes, headers) => {
        expect(outcome(plain(), answer(Buffer.from(bytes, 'latin1'), headers))).toBe('fine');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('NestReplyReader', () => {
  const nest = new NestReplyReader(SUBJECT);
  const format = new NestReplyFormat('42');

  it.each<[string, Msg, ReplyContent]>([
    ['a single answer', sent(format.single(1)), { value: 1, hasValue: true, last: true }],
    [
      'an empty answer',
      sent(format.single(undefined)),
      { value: undefined, hasValue: false, last: true },
    ],
    ['one of several', sent(format.frame(1)), { value: 1, hasValue: true, last: false }],
    ['the end', sent(format.end()), { value: undefined, hasValue: false, last: true }],
    ['null', sent(format.single(null)), { value: null, hasValue: true, last: true }],
    [
      'an answer without envelope',
      answer('{"price":1}'),
      { value: { price: 1 }, hasValue: true, last: true },
    ],
    [
      'an answer that shares names with an envelope',
      answer('{"id":"7","status":"shipped"}'),
      { value: { id: '7', status: 'shipped' }, hasValue: true, last: true },
    ],
    ['a list', answer('[1]'), { value: [1], hasValue: true, last: true }],
    ['an empty object', answer('{}'), { value: {}, hasValue: true, last: true }],
    ['nothing', answer(''), { value: undefined, hasValue: false, last: true }],
  ])('reads %s', (_, message, content) => {
    expect(read(nest, message)).toEqual(content);
  });

  it.each<[unknown, object]>([
    ['sold out', { code: 'ERROR', message: 'sold out', details: 'sold out' }],
    [
      { status: 'error', message: 'm' },
      { code: 'ERROR', message: 'm', details: { status: 'error', message: 'm' } },
    ],
    [
      { code: 'C', message: 'm', details: [1] },
      { code: 'C', message: 'm', details: [1] },
    ],
    [7, { message: 'The responder failed without saying why', details: 7 }],
    [false, { message: 'The responder failed without saying why', details: false }],
  ])('throws the error %j', (err, fields) => {
    expect(() => read(nest, answer(JSON.stringify({ err, isDisposed: true, id: '1' })))).toThrow(
      expect.objectContaining({ name: 'RemoteError', status: 500, subject: SUBJECT, ...fields }),
    );
  });

  it('takes an error that is null for none', () => {
    expect(read(nest, answer('{"err":null,"response":1,"isDisposed":true}')).value).toBe(1);
  });

  it('throws an error that is told in headers', () => {
    expect(() => read(nest, answer('', { 'Nats-Service-Error-Code': '503' }))).toThrow(
      expect.objectContaining({ name: 'RemoteError', status: 503 }),
    );
  });

  it('refuses what is not JSON as DECODE_FAILED', () => {
    expect(() => read(nest, answer('hello'))).toThrow(
      expect.objectContaining({ code: 'DECODE_FAILED' }),
    );
  });

  it('reads any JSON, or throws an error of the two that are allowed', () => {
    const packet = fc.record(
      {
        err: fc.jsonValue(),
        response: fc.jsonValue(),
        isDisposed: fc.jsonValue(),
        id: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(packet, fc.jsonValue()), (value) => {
        expect(outcome(nest, answer(JSON.stringify(value)))).toBe('fine');
      }),
    );
  });
});

describe('SerializedReplyReader', () => {
  const giving = (packet: unknown): SerializedReplyReader =>
    new SerializedReplyReader(SUBJECT, { deserialize: () => packet });

  it('hands the message over', async () => {
    const message = answer('a');
    const given: unknown[] = [];
    const reader = new SerializedReplyReader(SUBJECT, {
      deserialize: (received) => void given.push(received),
    });
    await reader.read(message);
    expect(given).toEqual([message]);
  });

  it.each<[unknown, ReplyContent]>([
    [
      { response: 1, isDisposed: true },
      { value: 1, hasValue: true, last: true },
    ],
    [{ response: 1 }, { value: 1, hasValue: true, last: false }],
    [{ isDisposed: true }, { value: undefined, hasValue: false, last: true }],
    [Promise.resolve({ response: 1, isDisposed: true }), { value: 1, hasValue: true, last: true }],
  ])('reads the packet %p', async (packet, content) => {
    expect(await giving(packet).read(answer('a'))).toEqual(content);
  });

  it('rejects with the error of a packet', async () => {
    await expect(
      giving({ err: { code: 'C', message: 'm' } }).read(answer('a')),
    ).rejects.toMatchObject({
      name: 'RemoteError',
      code: 'C',
      message: 'm',
    });
  });

  it('makes DECODE_FAILED of what the deserializer throws or rejects with', async () => {
    const cause = new Error('no schema');
    const throwing = new SerializedReplyReader(SUBJECT, {
      deserialize: () => {
        throw cause;
      },
    });
    const failure = { code: 'DECODE_FAILED', cause };
    await expect(throwing.read(answer('a'))).rejects.toMatchObject(failure);
    await expect(giving(Promise.reject(cause)).read(answer('a'))).rejects.toMatchObject(failure);
  });
});

/** Reads, and tells how it went: `fine` for content or an error that callers are told of. */
function outcome(reader: ReplyReader, message: Msg): string {
  try {
    read(reader, message);
    return 'fine';
  } catch (error) {
    if (isRemoteError(error)) {
      const { code, message: text, status } = error;
      const sound =
        typeof code === 'string' && typeof text === 'string' && Number.isInteger(status);
      return sound ? 'fine' : `RemoteError with ${JSON.stringify({ code, text, status })}`;
    }
    const allowed =
      isNatsTransportError(error, 'DECODE_FAILED') ||
      isNatsTransportError(error, 'CONNECTION_LOST');
    return allowed ? 'fine' : String(error);
  }
}
