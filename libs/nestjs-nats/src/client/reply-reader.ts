import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import type { Codec } from '../codec/codec.js';
import { jsonCodec } from '../codec/json.js';
import { RemoteError } from '../errors/remote-error.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { readErrorReply } from '../message/error-reply.js';
import { HEADER } from '../message/header-table.js';
import { decodePayload } from '../message/payload.js';
import { readReplyFrame } from '../message/reply-frame.js';
import { quote } from '../subject/subject.js';

/** What one answer says. */
export interface ReplyContent {
  /** The value; `undefined` for an empty answer. */
  readonly value: unknown;
  /** Whether {@link value} counts: not for the end of a stream, nor for an empty answer. */
  readonly hasValue: boolean;
  /** Whether nothing follows. */
  readonly last: boolean;
}

/** Reads the answers to one request, in order. */
export class ReplyReader {
  private frames = 0;

  constructor(
    private readonly subject: string,
    private readonly codec: Codec,
  ) {}

  /**
   * Reads the next answer.
   *
   * @throws RemoteError when the responder answers with an error
   * @throws NatsTransportError `DECODE_FAILED`; `CONNECTION_LOST` when a frame is missing
   */
  read(message: Msg, headers: MsgHdrs | undefined): ReplyContent {
    if (headers?.has(HEADER.serviceErrorCode)) throw this.remoteError(message, headers);
    const frame = readReplyFrame(headers);
    if (frame.kind === 'end') {
      this.assertFrame(frame.frames, this.frames);
      return { value: undefined, hasValue: false, last: true };
    }
    if (frame.kind === 'frame') this.assertFrame(frame.sequence, ++this.frames);
    const value = decodePayload(message.data, headers, this.codec);
    const hasValue = frame.kind === 'frame' || message.data.length > 0;
    return { value, hasValue, last: frame.kind === 'single' };
  }

  private assertFrame(actual: number, expected: number): void {
    if (actual === expected) return;
    throw new NatsTransportError(
      'CONNECTION_LOST',
      `The streamed answer on ${quote(this.subject)} has a gap: expected frame ${expected}, got ${actual}. ` +
        'Values were lost on the way, or several responders answer as one.',
      { details: { subject: this.subject, expected, actual } },
    );
  }

  private remoteError(message: Msg, headers: MsgHdrs): RemoteError {
    const status = Number.parseInt(headers.get(HEADER.serviceErrorCode), 10) || 500;
    return new RemoteError(
      readErrorReply(errorBody(message, headers), headers),
      status,
      this.subject,
    );
  }
}

/** A foreign responder may send any body with an error: what cannot be read is left out. */
function errorBody(message: Msg, headers: MsgHdrs): unknown {
  try {
    return decodePayload(message.data, headers, jsonCodec);
  } catch {
    return undefined;
  }
}
