import { create, isMessage } from '@bufbuild/protobuf';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import fc from 'fast-check';
import { type NatsMessageContext, Respond, Subscribe } from 'nestjs-nats';
import { protobufCodec, type ProtobufSchemas } from 'nestjs-nats/protobuf';
import { NatsBench } from '../support/nats-bench.js';
import { independent, ItemSchema, OrderSchema, ReceiptSchema } from '../support/shop-proto.js';
import { waitFor } from '../support/wait-for.js';

const orders: unknown[] = [];
const contentTypes: (string | undefined)[] = [];

@Controller()
class Shop {
  @Subscribe('shop.ordered', { codec: protobufCodec(OrderSchema) })
  onOrder(@Payload() order: unknown, @Ctx() context: NatsMessageContext): void {
    orders.push(order);
    contentTypes.push(context.headers?.get('Content-Type'));
  }

  @Respond('shop.pay', { codec: protobufCodec({ read: OrderSchema, write: ReceiptSchema }) })
  pay(@Payload() order: { id: string }): object {
    return { orderId: order.id, paid: order.id !== '' };
  }

  @Respond('shop.wrong', { codec: protobufCodec({ read: OrderSchema, write: ReceiptSchema }) })
  wrong(): object {
    return create(ItemSchema, { sku: 'not a receipt' });
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => {
  orders.length = 0;
  contentTypes.length = 0;
  return bench.clear();
});
afterAll(() => bench.stop());

const asClient = protobufCodec({ read: ReceiptSchema, write: OrderSchema });

const anyOrder = fc.record({
  id: fc.string({ unit: 'grapheme' }),
  cents: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  items: fc.array(fc.record({ sku: fc.string(), count: fc.nat() })),
  express: fc.boolean(),
  signature: fc.uint8Array(),
  weight: fc.double({ noNaN: true }),
  marks: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
});

describe('protobufCodec', () => {
  const codec = protobufCodec(OrderSchema);

  it('writes the bytes that another encoder writes, and reads them', () => {
    const theirs = independent.lookupType('shop.Order');
    fc.assert(
      fc.property(anyOrder, (order) => {
        const bytes = codec.encode(order, 'shop.ordered');
        // protobufjs writes what is set: set is, in proto3, what differs from the default
        const set = Object.fromEntries(
          Object.entries(order).filter(([, v]) =>
            ArrayBuffer.isView(v) ? v.length > 0 : Boolean(v) || Object.is(v, -0),
          ),
        );
        expect(Buffer.from(bytes)).toEqual(Buffer.from(theirs.encode(theirs.create(set)).finish()));
        expect(codec.decode(bytes, 'shop.ordered')).toEqual(create(OrderSchema, order as never));
      }),
    );
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'shop.Order'],
    ['one direction', { read: OrderSchema }],
    ['a direction that is none', { read: OrderSchema, write: undefined }],
    ['a message', create(OrderSchema)],
  ])('cannot be made of %s', (_, schemas) => {
    expect(() => protobufCodec(schemas as ProtobufSchemas)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTIONS',
        message: expect.stringMatching(/^Cannot make a protobuf codec: expected a message type/),
      }),
    );
  });

  it('refuses a message of another type, and fields of another kind', () => {
    const item = create(ItemSchema, { sku: 'a' });
    const wrong = expect.objectContaining({ code: 'ENCODE_FAILED' });
    expect(() => codec.encode(item, 's')).toThrow(
      'Cannot write a shop.Item here. Expected a shop.Order.',
    );
    expect(() => codec.encode({ cents: 'many' }, 's')).toThrow(wrong);
    expect(() => codec.encode({ marks: ['a'] }, 's')).toThrow(wrong);
    for (const value of [5, 'text', [1], null]) {
      expect(() => codec.encode(value, 's')).toThrow(wrong);
    }
  });

  it('reads any bytes, or refuses them as DECODE_FAILED', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        let outcome: unknown;
        try {
          outcome = isMessage(codec.decode(bytes, 's'), OrderSchema)
            ? 'a message'
            : 'another value';
        } catch (error) {
          outcome = (error as { code?: unknown }).code;
        }
        expect(['a message', 'DECODE_FAILED']).toContain(outcome);
      }),
    );
  });
});

describe('handlers and clients', () => {
  it('exchange events, which say what they are', async () => {
    await bench.listen([Shop]);
    const order = { id: '7', cents: 995, items: [{ sku: 'a', count: 2 }] };
    await bench.client({ codec: asClient }).publish('shop.ordered', order);
    await waitFor(() => orders.length === 1, { what: 'the order' });
    expect(orders).toEqual([create(OrderSchema, order as never)]);
    expect(contentTypes).toEqual(['application/protobuf']);
  });

  it('exchange requests and answers, also with all fields at their defaults', async () => {
    await bench.listen([Shop]);
    const client = bench.client({ codec: asClient });
    await expect(client.request('shop.pay', { id: '7' })).resolves.toEqual(
      create(ReceiptSchema, { orderId: '7', paid: true }),
    );
    await expect(client.request('shop.pay', {})).resolves.toEqual(create(ReceiptSchema));
  });

  it('choose the codec for one call', async () => {
    await bench.listen([Shop]);
    const answer = bench.client().request('shop.pay', { id: '8' }, { codec: asClient });
    await expect(answer).resolves.toMatchObject({ orderId: '8' });
  });

  it('tell at once what cannot be read or written', async () => {
    await bench.listen([Shop]);
    const client = bench.client({ codec: asClient });
    await expect(client.request('shop.wrong', {})).rejects.toMatchObject({ code: 'ENCODE_FAILED' });
    const peer = await bench.peer();
    const answer = await peer.request('shop.pay', new Uint8Array([0x0a, 0xff]), { timeout: 2_000 });
    expect(answer.headers?.get('Nats-Service-Error-Code')).toBe('400');
  });
});
