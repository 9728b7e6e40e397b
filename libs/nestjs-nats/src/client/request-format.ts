import { nuid } from '@nats-io/transport-node';
import type { Codec } from '../codec/codec.js';
import { jsonCodec } from '../codec/json.js';
import {
  type PacketDeserializer,
  type PacketSerializer,
  serializePacket,
} from '../message/nest-serializer.js';
import { type EncodedMessage, encodeMessage, type MaybePromise } from '../message/payload.js';

import {
  NestReplyReader,
  PlainReplyReader,
  type ReplyReader,
  SerializedReplyReader,
} from './reply-reader.js';

/** What is to be sent, before it has a form. */
export interface OutgoingPacket {
  readonly kind: 'event' | 'request';
  /** As the caller named it; an envelope repeats it. */
  readonly pattern: unknown;
  readonly subject: string;
  readonly data: unknown;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Writes what a client sends, and reads what comes back. */
export interface RequestFormat {
  /** Throws or rejects with `ENCODE_FAILED`. */
  write(packet: OutgoingPacket): MaybePromise<EncodedMessage>;
  /** Makes the reader of one request's answers. */
  reader(subject: string): ReplyReader;
}

/** Payloads as they are. */
export class PlainRequestFormat implements RequestFormat {
  constructor(private readonly codec: Codec) {}

  write({ data, subject }: OutgoingPacket): EncodedMessage {
    return encodeMessage(data, this.codec, subject);
  }

  reader(subject: string): ReplyReader {
    return new PlainReplyReader(subject, this.codec);
  }
}

/** The JSON envelope of Nest's built-in NATS transport. */
export class NestRequestFormat implements RequestFormat {
  write(packet: OutgoingPacket): EncodedMessage {
    return encodeMessage(nestPacket(packet), jsonCodec, packet.subject);
  }

  reader(subject: string): ReplyReader {
    return new NestReplyReader(subject);
  }
}

/** A serializer and deserializer of the application; what is missing is as `base` does it. */
export class SerializerRequestFormat implements RequestFormat {
  constructor(
    private readonly base: RequestFormat,
    private readonly serializer: PacketSerializer | undefined,
    private readonly deserializer: PacketDeserializer | undefined,
  ) {}

  write(packet: OutgoingPacket): MaybePromise<EncodedMessage> {
    if (this.serializer === undefined) return this.base.write(packet);
    return serializePacket(this.serializer, nestPacket(packet));
  }

  reader(subject: string): ReplyReader {
    if (this.deserializer === undefined) return this.base.reader(subject);
    return new SerializedReplyReader(subject, this.deserializer);
  }
}

function nestPacket({ kind, pattern, data, metadata }: OutgoingPacket): Record<string, unknown> {
  return {
    pattern,
    data,
    ...(kind === 'request' && { id: nuid.next() }),
    ...(metadata !== undefined && { metadata }),
  };
}
