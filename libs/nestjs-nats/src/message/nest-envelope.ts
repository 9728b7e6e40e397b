import { jsonCodec } from '../codec/json.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import type { ErrorReply } from './error-reply.js';
import { type EncodedMessage, encodeMessage } from './payload.js';
import type { ReplyFormat } from './reply-format.js';

/** Which form payloads have: as they are, or in the JSON envelope of Nest's built-in NATS transport. */
export type Envelope = 'plain' | 'nest';

/** A request or event in the envelope of Nest's built-in NATS transport. */
export interface NestPacket {
  readonly pattern: unknown;
  readonly data: unknown;
  /** Names the request, and comes back with each answer; an event has none. */
  readonly id?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

const PACKET_KEYS = new Set(['pattern', 'data', 'id', 'metadata']);

/**
 * Recognises an envelope: an object with `pattern` and, unless it was `undefined`, `data`, perhaps
 * `id` and `metadata`, and nothing else, whose pattern is the subject it was sent to. An
 * application's own payload that happens to have these keys names another pattern.
 *
 * @param subject the literal subject of the message
 * @param routeOf turns the pattern of the envelope into text, as Nest does for the subject
 */
export function readNestPacket(
  value: unknown,
  subject: string,
  routeOf: (pattern: never) => string,
): NestPacket | undefined {
  if (typeof value !== 'object' || value === null || !('pattern' in value)) return undefined;
  if (!Object.keys(value).every((key) => PACKET_KEYS.has(key))) return undefined;
  const packet = value as NestPacket;
  if (packet.id !== undefined && typeof packet.id !== 'string') return undefined;
  if (packet.metadata !== undefined && !isTextMap(packet.metadata)) return undefined;
  const matches = packet.pattern === subject || routeOf(packet.pattern as never) === subject;
  return matches ? { ...packet, data: packet.data } : undefined;
}

function isTextMap(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}

/** Writes answers in the envelope of Nest's built-in NATS transport. */
export class NestReplyFormat implements ReplyFormat {
  /** @param id the id of the request, which every answer repeats, if it could be read */
  constructor(private readonly id?: string) {}

  single(value: unknown): EncodedMessage {
    return this.write({ response: value, isDisposed: true });
  }

  frame(value: unknown): EncodedMessage {
    return this.write({ response: value });
  }

  end(): EncodedMessage {
    return this.write({ isDisposed: true });
  }

  /** Tells what a handler or filter made for its caller as it is, as Nest does. */
  error({ original, body }: ErrorReply): EncodedMessage {
    const err = original ?? { status: 'error', ...body };
    try {
      return this.write({ err, isDisposed: true });
    } catch (error) {
      if (!isNatsTransportError(error, 'ENCODE_FAILED')) throw error;
      return this.write({ err: { status: 'error', message: body.message }, isDisposed: true });
    }
  }

  private write(packet: Record<string, unknown>): EncodedMessage {
    return encodeMessage({ ...packet, id: this.id }, jsonCodec, '');
  }
}
