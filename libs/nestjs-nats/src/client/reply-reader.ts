import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import type { Codec } from '../codec/codec.js';
import { jsonCodec } from '../codec/json.js';
import { quote } from '../errors/quote.js';
import { RemoteError } from '../errors/remote-error.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { readErrorBody } from '../message/error-reply.js';
import { HEADER } from '../message/header-table.js';
import type { PacketDeserializer } from '../message/nest-serializer.js';
import { decodePayload, hasValue, type MaybePromise } from '../message/payload.js';
import { readReplyFrame } from '../message/reply-frame.js';

/** What one answer says. */
export interface ReplyContent {
  /** The value; `undefined` for an empty answer. */
  readonly value: unknown;
  /** Whether {@link value} counts: not for the end of a stream, nor for an empty answer. */
  readonly hasValue: boolean;
  /** Whether nothing follows. */
  readonly last: boolean;
  /** Whether it is of a responder that is not followed, and so no sign of life. */
  readonly foreign?: boolean;
}

/** Reads the answers to one request: always at once, or always with a promise. */
export interface ReplyReader {
  /**
   * Reads the next answer, in order. Throws or rejects with a {@link RemoteError} when the responder answers
   * with an error, with `DECODE_FAILED`, and with `CONNECTION_LOST` when an answer is missing.
   */
  read(message: Msg, headers: MsgHdrs | undefined): MaybePromise<ReplyContent>;
}

/** Says that an answer came, but that its reader has not settled in time. */
export function unread(subject: string, timeoutMs: number): NatsTransportError {
  return new NatsTransportError(
    'TIMEOUT',
    `The deserializer has not read an answer on ${quote(subject)} within ${timeoutMs} ms. ` +
      'The request was answered; raise timeoutMs if reading takes longer.',
    { details: { subject, timeoutMs } },
  );
}

const OF_ANOTHER_RESPONDER: ReplyContent = {
  value: undefined,
  hasValue: false,
  last: false,
  foreign: true,
};

/** Reads payloads as they are, and the headers for the rest. */
export class PlainReplyReader implements ReplyReader {
  private frames = 0;
  /** The stream that is followed: of the responder whose first frame came first. */
  private stream = '';

  constructor(
    private readonly subject: string,
    private readonly codec: Codec,
  ) {}

  read(message: Msg, headers: MsgHdrs | undefined): ReplyContent {
    const stream = headers?.get(HEADER.replyStream) ?? '';
    if (this.frames > 0 && stream !== this.stream) return OF_ANOTHER_RESPONDER;
    this.stream = stream;
    if (headers?.has(HEADER.serviceErrorCode)) throw remoteError(message, headers, this.subject);
    const frame = readReplyFrame(headers);
    if (frame.kind === 'end') {
      this.assertFrame(frame.frames, this.frames);
      return { value: undefined, hasValue: false, last: true };
    }
    if (frame.kind === 'frame') this.assertFrame(frame.sequence, ++this.frames);
    const value = decodePayload({ data: message.data, subject: this.subject }, headers, this.codec);
    const single = frame.kind === 'single';
    return { value, hasValue: !single || hasValue(message.data, headers), last: single };
  }

  private assertFrame(actual: number, expected: number): void {
    if (actual === expected) return;
    throw new NatsTransportError(
      'CONNECTION_LOST',
      `The streamed answer on ${quote(this.subject)} has a gap: expected frame ${expected}, got ${actual}. ` +
        'Values were lost on the way.',
      { details: { subject: this.subject, expected, actual } },
    );
  }
}

/** Reads the envelope of Nest's built-in NATS transport; what has none is a plain answer. */
export class NestReplyReader implements ReplyReader {
  constructor(private readonly subject: string) {}

  read(message: Msg, headers: MsgHdrs | undefined): ReplyContent {
    if (headers?.has(HEADER.serviceErrorCode)) throw remoteError(message, headers, this.subject);
    const value = decodePayload(message, headers, jsonCodec);
    if (isAnswerPacket(value)) return contentOf(value, this.subject);
    return { value, hasValue: value !== undefined, last: true };
  }
}

/** Reads answers by an application's deserializer. */
export class SerializedReplyReader implements ReplyReader {
  constructor(
    private readonly subject: string,
    private readonly deserializer: PacketDeserializer,
  ) {}

  async read(message: Msg): Promise<ReplyContent> {
    let packet: unknown;
    try {
      packet = await this.deserializer.deserialize(message);
    } catch (cause) {
      throw new NatsTransportError('DECODE_FAILED', 'The deserializer cannot read the answer.', {
        cause,
      });
    }
    return contentOf(packet ?? {}, this.subject);
  }
}

interface AnswerPacket {
  readonly err?: unknown;
  readonly response?: unknown;
  readonly isDisposed?: boolean;
}

const SIGNIFICANT = new Set(['err', 'response', 'isDisposed']);
const ANSWER_KEYS = new Set(['id', 'err', 'response', 'isDisposed', 'status']);

function isAnswerPacket(value: unknown): value is AnswerPacket {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value);
  // an application's own { id, status } is no envelope
  return keys.some((key) => SIGNIFICANT.has(key)) && keys.every((key) => ANSWER_KEYS.has(key));
}

function contentOf({ err, response, isDisposed }: AnswerPacket, subject: string): ReplyContent {
  if (err !== undefined && err !== null) {
    const body = readErrorBody(err, 'The responder failed without saying why');
    throw new RemoteError({ details: err, ...body }, 500, subject);
  }
  return { value: response, hasValue: response !== undefined, last: isDisposed === true };
}

function remoteError(message: Msg, headers: MsgHdrs, subject: string): RemoteError {
  const given = headers.get(HEADER.serviceErrorCode);
  const status = /^[1-9]\d{2}$/.test(given) ? Number(given) : 500;
  const fallback = headers.get(HEADER.serviceError) || 'The responder failed without saying why';
  return new RemoteError(readErrorBody(errorBody(message, headers), fallback), status, subject);
}

/** A foreign responder may send any body with an error: what cannot be read is left out. */
function errorBody(message: Msg, headers: MsgHdrs): unknown {
  try {
    return decodePayload(message, headers, jsonCodec);
  } catch {
    return undefined;
  }
}
