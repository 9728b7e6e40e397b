/**
 * Turns values into bytes and back.
 *
 * Both directions are synchronous and must not keep the bytes they were given: they may be a view
 * of a socket's buffer. They throw `NatsTransportError` with `ENCODE_FAILED` or `DECODE_FAILED`;
 * whatever else is thrown counts as that too. `undefined` never comes here: it travels as no bytes
 * and no `Content-Type`.
 */
export interface Codec {
  /** The media type that names this codec on the wire, in the `Content-Type` header. */
  readonly contentType: string;
  /**
   * Turns a value into bytes, perhaps none.
   *
   * @param subject the literal subject the message is sent to; for an answer, that of its request
   */
  encode(value: unknown, subject: string): Uint8Array;
  /**
   * Turns bytes into a value. No bytes come here only when `Content-Type` names this codec.
   *
   * @param subject the literal subject the message was sent to; for an answer, that of its request
   */
  decode(bytes: Uint8Array, subject: string): unknown;
}
