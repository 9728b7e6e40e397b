import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NestReplyFormat, readNestPacket } from './nest-envelope.js';

/** Turns a pattern into text, as Nest does for patterns as simple as these. */
const routeOf = (pattern: unknown): string =>
  typeof pattern === 'string' ? pattern : JSON.stringify(pattern);

const read = (value: unknown, route = 'price.quote'): unknown =>
  readNestPacket(value, route, routeOf);

const json = (message: { payload: Uint8Array }): unknown =>
  JSON.parse(Buffer.from(message.payload).toString());

describe('readNestPacket', () => {
  it.each<[string, object]>([
    ['a request', { pattern: 'price.quote', data: { sku: 'a' }, id: '1' }],
    ['an event', { pattern: 'price.quote', data: [1] }],
    ['metadata', { pattern: 'price.quote', data: 1, id: '1', metadata: { tenant: 'acme' } }],
  ])('recognises %s', (_, packet) => {
    expect(read(packet)).toEqual(packet);
  });

  it('recognises a packet whose data was undefined', () => {
    expect(read({ pattern: 'price.quote', id: '1' })).toEqual({
      pattern: 'price.quote',
      data: undefined,
      id: '1',
    });
  });

  it('recognises an object pattern by its route', () => {
    const pattern = { cmd: 'quote', service: 'price' };
    const packet = { pattern, data: 1, id: '1' };
    expect(read(packet, routeOf(pattern))).toEqual(packet);
    expect(read({ ...packet, pattern: { cmd: 'ask' } }, routeOf(pattern))).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['another pattern', { pattern: 'price.ask', data: 1, id: '1' }],
    ['a field besides', { pattern: 'price.quote', data: 1, id: '1', sku: 'a' }],
    ['no pattern', { data: 1, id: '1' }],
    ['an id that is no text', { pattern: 'price.quote', data: 1, id: 1 }],
    ['metadata that are no texts', { pattern: 'price.quote', data: 1, metadata: { a: { b: 1 } } }],
    ['metadata that are a text', { pattern: 'price.quote', data: 1, metadata: 'abc' }],
    ['an answer', { response: 1, isDisposed: true, id: '1' }],
    ['a pattern that is null', { pattern: null, data: 1 }],
    ['a list', ['price.quote']],
    ['a text', 'price.quote'],
    ['null', null],
    ['nothing', undefined],
  ])('takes %s for a payload', (_, value) => {
    expect(read(value)).toBeUndefined();
  });

  it('takes any JSON value without throwing', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { pattern: fc.jsonValue(), data: fc.jsonValue(), id: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(value, (decoded) => {
        expect([undefined, decoded]).toContainEqual(read(decoded));
      }),
    );
  });
});

describe('NestReplyFormat', () => {
  const format = new NestReplyFormat('42');

  it('writes answers as the built-in client expects them, each with the id of the request', () => {
    expect(json(format.single({ price: 1 }))).toEqual({
      response: { price: 1 },
      isDisposed: true,
      id: '42',
    });
    expect(json(format.single(undefined))).toEqual({ isDisposed: true, id: '42' });
    expect(json(format.frame(1))).toEqual({ response: 1, id: '42' });
    expect(json(format.end())).toEqual({ isDisposed: true, id: '42' });
  });

  it('passes on what was made for the caller as it is', () => {
    const body = { code: 'C', message: 'm' };
    const original = { status: 'error', message: 'm', extra: 1 };
    expect(json(format.error({ body, status: 400, original }))).toEqual({
      err: original,
      isDisposed: true,
      id: '42',
    });
    expect(json(format.error({ body, status: 400, original: 'text' }))).toMatchObject({
      err: 'text',
    });
  });

  it('tells an error of its own in the manner of Nest', () => {
    expect(json(format.error({ body: { code: 'C', message: 'm' }, status: 400 }))).toMatchObject({
      err: { status: 'error', code: 'C', message: 'm' },
    });
  });

  it('leaves out of an error what cannot be written', () => {
    const original = { message: 'm', total: 1n };
    expect(
      json(format.error({ body: { code: 'C', message: 'm' }, status: 400, original })),
    ).toEqual({
      err: { status: 'error', message: 'm' },
      isDisposed: true,
      id: '42',
    });
  });

  it('refuses a value that cannot be written as ENCODE_FAILED', () => {
    expect(() => format.single({ total: 1n })).toThrow(
      expect.objectContaining({ code: 'ENCODE_FAILED' }),
    );
  });
});
