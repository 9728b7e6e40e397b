import { createFileRegistry, type DescMessage, fromJson } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import protobufjs from 'protobufjs';

const SOURCE = `
  syntax = "proto3";
  package shop;
  message Item { string sku = 1; uint32 count = 2; }
  message Order {
    string id = 1;
    sint32 cents = 2;
    repeated Item items = 3;
    bool express = 4;
    bytes signature = 5;
    double weight = 6;
    repeated int32 marks = 7;
  }
  message Receipt { string order_id = 1; bool paid = 2; }
`;

/** The types as protobufjs reads them: an encoder by other authors. */
export const independent = protobufjs.parse(SOURCE).root;

const field = (name: string, number: number, type: string, rest: object = {}): object => ({
  name,
  number,
  type: `TYPE_${type}`,
  label: 'LABEL_OPTIONAL',
  ...rest,
});
const REPEATED = { label: 'LABEL_REPEATED' };

/** The same types as descriptors, as protobuf-es would generate them. */
const registry = createFileRegistry(
  fromJson(FileDescriptorProtoSchema, {
    name: 'shop.proto',
    package: 'shop',
    syntax: 'proto3',
    messageType: [
      { name: 'Item', field: [field('sku', 1, 'STRING'), field('count', 2, 'UINT32')] },
      {
        name: 'Order',
        field: [
          field('id', 1, 'STRING'),
          field('cents', 2, 'SINT32'),
          field('items', 3, 'MESSAGE', { ...REPEATED, typeName: '.shop.Item' }),
          field('express', 4, 'BOOL'),
          field('signature', 5, 'BYTES'),
          field('weight', 6, 'DOUBLE'),
          field('marks', 7, 'INT32', REPEATED),
        ],
      },
      { name: 'Receipt', field: [field('order_id', 1, 'STRING'), field('paid', 2, 'BOOL')] },
    ],
  } as never),
  () => undefined,
);

function typeOf(name: string): DescMessage {
  const found = registry.getMessage(`shop.${name}`);
  if (found === undefined) throw new Error(`There is no message type shop.${name}`);
  return found;
}

export const ItemSchema = typeOf('Item');
export const OrderSchema = typeOf('Order');
export const ReceiptSchema = typeOf('Receipt');
