/**
 * Turns values into bytes and back.
 *
 * Both directions are synchronous and must not keep the bytes they were given: they may be a view
 * of a socket's buffer. They throw {@link NatsTransportError} `ENCODE_FAILED` or `DECODE_FAILED`;
 * whatever else is thrown counts as that too.
 */
export interface Codec {
  /** The media type that names this codec on the wire, in the `Content-Type` header. */
  readonly contentType: string;
  /** Turns `undefined` into no bytes at all. */
  encode(value: unknown): Uint8Array;
  /** Turns no bytes at all into `undefined`. */
  decode(bytes: Uint8Array): unknown;
}
