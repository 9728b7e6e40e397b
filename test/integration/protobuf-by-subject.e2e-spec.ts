import { create, type DescMessage, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { protobufBySubject, type ProtobufSubjectMap } from 'nestjs-nats/protobuf';
import { ItemSchema, OrderSchema, ReceiptSchema } from '../support/shop-proto.js';

const bytesOf = (schema: DescMessage, value: object): Buffer =>
  Buffer.from(toBinary(schema, create(schema, value as never)));

describe('protobufBySubject', () => {
  const codec = protobufBySubject({
    'shop.*.paid': ReceiptSchema,
    'shop.>': { read: ReceiptSchema, write: OrderSchema },
  });

  it('finds the type by the subject', () => {
    const receipt = { orderId: '7', paid: true };
    const bytes = codec.encode(receipt, 'shop.7.paid');
    expect(Buffer.from(bytes)).toEqual(bytesOf(ReceiptSchema, receipt));
    expect(codec.decode(bytes, 'shop.other')).toEqual(create(ReceiptSchema, receipt as never));
    expect(codec.encode({ id: '7' }, 'shop.other')).toHaveLength(3);
  });

  it('names a subject that has no type', () => {
    const none = 'No protobuf message type is declared for the subject "stock.level".';
    expect(() => codec.encode({}, 'stock.level')).toThrow(none);
    expect(() => codec.decode(new Uint8Array(), 'stock.level')).toThrow(none);
  });

  it('prefers the narrower key, in whichever order they stand', () => {
    const types: [string, DescMessage][] = [
      ['>', OrderSchema],
      ['shop.>', ReceiptSchema],
      ['shop.*', ItemSchema],
      ['shop.7', OrderSchema],
      ['7', ReceiptSchema],
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(types, { minLength: types.length }), (shuffled) => {
        const shop = protobufBySubject(Object.fromEntries(shuffled));
        const typeOn = (subject: string): unknown =>
          (shop.decode(new Uint8Array(), subject) as { $typeName: string }).$typeName;
        expect(typeOn('other')).toBe('shop.Order');
        expect(typeOn('shop.a.b')).toBe('shop.Receipt');
        expect(typeOn('shop.a')).toBe('shop.Item');
        expect(typeOn('shop.7')).toBe('shop.Order');
        expect(typeOn('7')).toBe('shop.Receipt');
      }),
    );
  });

  it('takes the patterns of handlers, with their named tokens', () => {
    const named = protobufBySubject({ 'orders.:orderId.created': OrderSchema });
    expect(named.encode({ id: '7' }, 'orders.7.created')).toHaveLength(3);
  });

  it.each<[string, ProtobufSubjectMap, RegExp]>([
    ['an empty token', { 'a..b': OrderSchema }, /"a\.\.b": it has an empty token/],
    ['white space', { 'a b': OrderSchema }, /"a b": it contains a space/],
    ['nothing', { '': OrderSchema }, /"": it is empty/],
    ['an early ">"', { 'a.>.b': OrderSchema }, /"a\.>\.b": the wildcard ">" stands before/],
    ['a name that is none', { 'a.:1': OrderSchema }, /"a\.:1": .* a name is a letter/],
    ['keys that cross', { 'a.*': OrderSchema, '*.b': ItemSchema }, /"a\.\*" and "\*\.b" share/],
    [
      'keys that cross by ">"',
      { 'a.>': OrderSchema, '*.b': ItemSchema },
      /"a\.>" and "\*\.b" share/,
    ],
    [
      'one key by two names',
      { 'a.:id': OrderSchema, 'a.*': ItemSchema },
      /"a\.:id" and "a\.\*" are the same/,
    ],
    ['no type', { a: undefined as unknown as DescMessage }, /"a": expected a message type/],
    ['no type to write', { a: { read: OrderSchema } as never }, /"a": expected a message type/],
  ])('refuses %s', (_, types, fault) => {
    expect(() => protobufBySubject(types)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        message: expect.stringMatching(/^Cannot make a protobuf codec: /),
        details: { faults: [expect.stringMatching(fault)] },
      }),
    );
  });

  it('names every fault at once', () => {
    const types = { 'a b': OrderSchema, 'c.*': OrderSchema, '*.d': ItemSchema, e: undefined };
    const faults = [/^"a b"/, /^"e"/, /^"c\.\*" and "\*\.d"/].map((fault) =>
      expect.stringMatching(fault),
    );
    expect(() => protobufBySubject(types as unknown as ProtobufSubjectMap)).toThrow(
      expect.objectContaining({ details: { faults } }),
    );
  });
});
