import type { MsgHdrs } from '@nats-io/transport-node';
import type { Observable } from 'rxjs';
import type { Codec } from '../codec/codec.js';
import { jsonCodec } from '../codec/json.js';
import type { SharedConnection } from '../connection/shared-connection.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import { contentTypeHeaders } from '../message/content-type.js';
import { type ErrorReply, errorReply, errorReplyHeaders } from '../message/error-reply.js';
import { encodePayload } from '../message/payload.js';
import { endHeaders, frameHeaders } from '../message/reply-frame.js';
import { publishNow } from './publisher.js';
import { streamReplies } from './reply-stream.js';

const NOTHING = new Uint8Array(0);
/** Is how much of an error's message is told when the whole does not fit into a message. */
const SHORT_MESSAGE_LENGTH = 512;

/**
 * Answers one request: with a value, a stream of values, or an error.
 *
 * The methods throw what kept an answer from being sent; the caller turns that into {@link error},
 * so that the requester does not wait for its timeout.
 */
export class Responder {
  /** @param reply the reply subject, which a reply policy has allowed */
  constructor(
    private readonly shared: SharedConnection,
    private readonly reply: string,
    private readonly codec: Codec,
  ) {}

  /**
   * Answers with one plain reply; `undefined` is an empty one.
   *
   * @throws NatsTransportError `ENCODE_FAILED`, `PAYLOAD_TOO_LARGE`, `NOT_CONNECTED`
   */
  value(value: unknown): void {
    this.send(encodePayload(value, this.codec), contentTypeHeaders(this.codec));
  }

  /** Answers with all that `source` emits; rejects with what it, or sending, failed with. */
  stream(source: Observable<unknown>): Promise<void> {
    return streamReplies(source, {
      single: (value) => this.value(value),
      frame: (value, sequence) =>
        this.send(
          encodePayload(value, this.codec),
          frameHeaders(sequence, contentTypeHeaders(this.codec)),
        ),
      end: (frames) => this.send(NOTHING, endHeaders(frames)),
    });
  }

  /**
   * Answers with an error, chosen by {@link errorReply}. Details that cannot be sent are left out.
   *
   * @throws NatsTransportError `NOT_CONNECTED`
   */
  error(failure: unknown): void {
    const reply = errorReply(failure);
    try {
      this.sendError(reply);
    } catch (error) {
      const unsendable =
        isNatsTransportError(error, 'ENCODE_FAILED') ||
        isNatsTransportError(error, 'PAYLOAD_TOO_LARGE');
      if (!unsendable) throw error;
      const { code, message } = reply.body;
      this.sendError({
        body: {
          code: code.slice(0, SHORT_MESSAGE_LENGTH),
          message: message.slice(0, SHORT_MESSAGE_LENGTH),
        },
        status: reply.status,
      });
    }
  }

  private sendError(reply: ErrorReply): void {
    this.send(jsonCodec.encode(reply.body), errorReplyHeaders(reply));
  }

  private send(payload: Uint8Array, headers: MsgHdrs | undefined): void {
    publishNow(this.shared, { subject: this.reply, payload, headers });
  }
}
