import type { MsgHdrs } from '@nats-io/transport-node';
import { NatsTransportError } from '../errors/transport-error.js';
import type { ErrorReply } from './error-reply.js';
import { type HeadersInput, toHeaders } from './headers.js';
import type { EncodedMessage, MaybePromise } from './payload.js';
import type { ReplyFormat } from './reply-format.js';

/**
 * A serializer in Nest's sense: from a packet to what is sent. May be asynchronous; the events of a
 * client leave in the order of their calls all the same.
 */
export interface PacketSerializer {
  /**
   * @param packet a request or event `{ pattern, data, id? }`, or an answer
   * `{ response?, err?, isDisposed?, id? }`
   * @returns the payload, or `{ data, headers? }`
   */
  serialize(packet: unknown): unknown;
}

/** A deserializer in Nest's sense: from a NATS message to a packet. May be asynchronous. */
export interface PacketDeserializer {
  /**
   * @param message the message of the NATS client
   * @param options on the server, the handler's pattern and the reply subject
   */
  deserialize(message: unknown, options?: { channel?: string; replyTo?: string }): unknown;
}

/** Writes a packet by an application's serializer. @throws NatsTransportError `ENCODE_FAILED` */
export function serializePacket(
  serializer: PacketSerializer,
  packet: Readonly<Record<string, unknown>>,
): MaybePromise<EncodedMessage> {
  let result: unknown;
  try {
    result = serializer.serialize(packet);
  } catch (cause) {
    throw serializerFailed(cause);
  }
  // promises of other libraries, and of another realm, are not of this class
  if (!isThenable(result)) return encodedBy(result);
  return Promise.resolve(result).then(encodedBy, (cause: unknown) => {
    throw serializerFailed(cause);
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

/** Writes answers by an application's serializer. */
export class SerializerReplyFormat implements ReplyFormat {
  constructor(
    private readonly serializer: PacketSerializer,
    private readonly id: string | undefined,
  ) {}

  single(value: unknown): MaybePromise<EncodedMessage> {
    return this.write({ response: value, isDisposed: true });
  }

  frame(value: unknown): MaybePromise<EncodedMessage> {
    return this.write({ response: value });
  }

  end(): MaybePromise<EncodedMessage> {
    return this.write({ isDisposed: true });
  }

  error({ original, body }: ErrorReply): MaybePromise<EncodedMessage> {
    return this.write({ err: original ?? { status: 'error', ...body }, isDisposed: true });
  }

  private write(packet: Record<string, unknown>): MaybePromise<EncodedMessage> {
    return serializePacket(this.serializer, { ...packet, id: this.id });
  }
}

function encodedBy(result: unknown): EncodedMessage {
  const bytes = bytesOf(result);
  if (bytes !== undefined) return { payload: bytes };
  if (typeof result === 'object' && result !== null && 'data' in result) {
    const payload = bytesOf(result.data);
    if (payload !== undefined) {
      return { payload, headers: headersOf('headers' in result ? result.headers : undefined) };
    }
  }
  throw new NatsTransportError(
    'ENCODE_FAILED',
    'The serializer gave nothing that can be sent. ' +
      'Expected a string or Uint8Array, or { data, headers? } with such data.',
  );
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : undefined;
}

function headersOf(input: unknown): MsgHdrs | undefined {
  return input === undefined || input === null ? undefined : toHeaders(input as HeadersInput);
}

function serializerFailed(cause: unknown): NatsTransportError {
  return new NatsTransportError('ENCODE_FAILED', 'The serializer failed.', { cause });
}
