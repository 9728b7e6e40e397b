import type { Msg } from '@nats-io/transport-node';
import type { Codec } from '../../codec/codec.js';
import { isJsonCodec, jsonCodec } from '../../codec/json.js';
import { attachMetadata, type NatsMessageContext } from '../../message/context.js';
import { readHeaders } from '../../message/headers.js';
import { type NestPacket, NestReplyFormat, readNestPacket } from '../../message/nest-envelope.js';
import {
  type PacketDeserializer,
  type PacketSerializer,
  SerializerReplyFormat,
} from '../../message/nest-serializer.js';
import { decodePayload, type MaybePromise } from '../../message/payload.js';
import type { ReplyFormat } from '../../message/reply-format.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';

/** A message as its handler takes it. */
export interface Incoming {
  readonly data: unknown;
  /** How a request is answered: in the form in which it came. */
  readonly replyFormat: ReplyFormat;
}

/** Gives what the handler takes of a message. */
export function dataOf(incoming: MaybePromise<Incoming>): MaybePromise<unknown> {
  return incoming instanceof Promise ? incoming.then(({ data }) => data) : incoming.data;
}

/** What reading a message depends on. */
export interface IncomingHandler {
  /** The pattern as Nest writes it. */
  readonly route: string;
  readonly options: { readonly codec: Codec };
  /** Writes answers in the handler's codec. */
  readonly replyFormat: ReplyFormat;
}

/** Reads messages. Throws or rejects with `DECODE_FAILED` or `INVALID_HEADER`. */
export type IncomingReader = (
  message: Msg,
  handler: IncomingHandler,
  context: NatsMessageContext,
) => MaybePromise<Incoming>;

/** What {@link incomingReader} chooses by. */
export interface IncomingOptions {
  readonly envelope: 'plain' | 'nest' | 'both';
  readonly serializer?: PacketSerializer;
  readonly deserializer?: PacketDeserializer;
  /** Turns the pattern of an envelope into text, as Nest does. */
  readonly routeOf: (pattern: never) => string;
}

/** Chooses how a strategy reads messages, once. */
export function incomingReader(options: IncomingOptions): IncomingReader {
  const { deserializer, serializer } = options;
  const read = deserializer
    ? deserialized(deserializer)
    : options.envelope === 'plain'
      ? plain
      : enveloped(options);
  if (serializer === undefined) return read;
  return (message, handler, context) => {
    const incoming = read(message, handler, context);
    return incoming instanceof Promise
      ? incoming.then((read) => serializedBy(serializer, read))
      : serializedBy(serializer, incoming);
  };
}

const OPENING_BRACE = '{'.charCodeAt(0);

type ReadIncoming = Incoming & { readonly id?: string };

const plain = (message: Msg, handler: IncomingHandler): ReadIncoming => ({
  data: decodePayload(message, readHeaders(message), handler.options.codec),
  replyFormat: handler.replyFormat,
});

function enveloped({ envelope, routeOf }: IncomingOptions) {
  return (message: Msg, handler: IncomingHandler, context: NatsMessageContext): ReadIncoming => {
    const inJson = isJsonCodec(handler.options.codec) ? plain(message, handler) : undefined;
    const value = inJson === undefined ? jsonOf(message) : inJson.data;
    const packet = readNestPacket(value, message.subject, routeOf);
    if (packet !== undefined) return ofPacket(packet, handler, context);
    if (envelope === 'both') return inJson ?? plain(message, handler);
    throw new NatsTransportError(
      'DECODE_FAILED',
      'The payload has no envelope { pattern, data, id? } with the subject as its pattern. ' +
        "Set envelope: 'both' to take plain payloads too.",
    );
  };
}

/** Reads what may be an envelope, which is JSON also where other payloads are not. */
function jsonOf(message: Msg): unknown {
  if (message.data[0] !== OPENING_BRACE) return undefined;
  try {
    return decodePayload(message, readHeaders(message), jsonCodec);
  } catch (error) {
    if (isNatsTransportError(error, 'DECODE_FAILED')) return undefined;
    throw error;
  }
}

function ofPacket(
  packet: NestPacket,
  handler: IncomingHandler,
  context: NatsMessageContext,
): ReadIncoming {
  const { data, id, metadata } = packet;
  if (metadata !== undefined) attachMetadata(context, metadata);
  return {
    data,
    id,
    replyFormat: id === undefined ? handler.replyFormat : new NestReplyFormat(id),
  };
}

function deserialized(deserializer: PacketDeserializer) {
  return async (
    message: Msg,
    handler: IncomingHandler,
    context: NatsMessageContext,
  ): Promise<ReadIncoming> => {
    try {
      // headers that cannot be read are refused before the deserializer touches them
      readHeaders(message);
      const options = { channel: handler.route, replyTo: message.reply };
      const packet = await deserializer.deserialize(message, options);
      return ofPacket({ ...(packet as NestPacket) }, handler, context);
    } catch (cause) {
      throw new NatsTransportError('DECODE_FAILED', 'The deserializer cannot read the message.', {
        cause,
      });
    }
  };
}

function serializedBy(serializer: PacketSerializer, incoming: ReadIncoming): Incoming {
  return { data: incoming.data, replyFormat: new SerializerReplyFormat(serializer, incoming.id) };
}
