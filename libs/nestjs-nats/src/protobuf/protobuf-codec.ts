import {
  create,
  type DescMessage,
  fromBinary,
  isMessage,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import { type Codec, NatsTransportError } from '../index.js';
import { directions, type ProtobufSchemas, schemasFault, throwSchemaFaults } from './schemas.js';

/** Is how messages of protobuf are named on the wire. */
export const CONTENT_TYPE = 'application/protobuf';

/**
 * Makes a codec for the protobuf messages of one type, or of one type in each direction, as
 * protobuf-es generates them.
 *
 * Sent is a message of the type, or a plain object with its fields; received is a message. All
 * fields at their defaults make no bytes at all: that is a value when `Content-Type` says so, as
 * this transport does, and no value when a foreign peer says nothing.
 *
 * @throws NatsTransportError `INVALID_OPTIONS` when there is no such type
 */
export function protobufCodec(schemas: ProtobufSchemas): Codec {
  const fault = schemasFault(schemas);
  throwSchemaFaults(fault === undefined ? [] : [fault]);
  const { read, write } = directions(schemas);
  return {
    contentType: CONTENT_TYPE,
    encode: (value) => encode(write, value),
    decode: (bytes) => decode(read, bytes),
  };
}

function encode(schema: DescMessage, value: unknown): Uint8Array {
  // create() makes an empty message of what has no fields
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new NatsTransportError(
      'ENCODE_FAILED',
      `Cannot write ${Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`} ` +
        `as ${schema.typeName}. Expected a message, or an object with its fields.`,
    );
  }
  if (isMessage(value) && value.$typeName !== schema.typeName) {
    throw new NatsTransportError(
      'ENCODE_FAILED',
      `Cannot write a ${value.$typeName} here. Expected a ${schema.typeName}.`,
    );
  }
  try {
    const message = isMessage(value, schema)
      ? value
      : create(schema, value as MessageInitShape<DescMessage>);
    return toBinary(schema, message);
  } catch (cause) {
    throw new NatsTransportError('ENCODE_FAILED', `Cannot write the value as ${schema.typeName}.`, {
      cause,
    });
  }
}

function decode(schema: DescMessage, bytes: Uint8Array): unknown {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    throw new NatsTransportError(
      'DECODE_FAILED',
      `Cannot read the payload as ${schema.typeName}.`,
      { cause },
    );
  }
}
