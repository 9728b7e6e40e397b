/**
 * Every code of {@link NatsTransportError}, with the sentence that explains it in one line.
 *
 * A code is a promise: it is never renamed, and never reused for something else.
 * `docs/errors.md` has a paragraph on the cause and the fix of each.
 */
export const NATS_ERROR_CODES = {
  BUFFER_FULL: 'more waits to be sent than may wait',
  CANCELLED: 'nobody waits for the work any more',
  CLOSED: 'the strategy or client was closed by its own application',
  CONFLICT: 'the stream is not in the state that the publisher expects',
  CONNECTION_FAILED: 'no server could be reached, or none accepted the credentials',
  CONNECTION_LOST: 'the connection broke while the operation was under way',
  CONSUMER_MISMATCH: 'a consumer of that name exists and differs from what the handler asks for',
  CONSUMER_NOT_FOUND: 'the stream has no consumer of that name',
  DECODE_FAILED: 'the bytes received are not what the codec expects',
  DUPLICATE_HANDLER: 'two request handlers claim the same subject and queue group',
  ENCODE_FAILED: 'the value cannot be turned into bytes by the codec',
  INVALID_HEADER: 'a header cannot be sent, or those received cannot be read',
  INVALID_OPTIONS: 'the options contradict themselves or hold values out of range',
  INVALID_SUBJECT: 'a subject, filter or pattern is not legal',
  JETSTREAM_DISABLED: 'the server or the account has no JetStream',
  JETSTREAM_REFUSED: 'the server refused what JetStream was asked for',
  NOT_CONNECTED: 'there is no connection to a server at this moment',
  NO_RESPONDERS: 'nobody subscribes to the subject of the request',
  PAYLOAD_TOO_LARGE: 'a message is larger than the server or the service takes',
  PERMISSION_DENIED: 'the server refuses this subject to these credentials',
  SERVER_TOO_OLD: 'the server is older than a feature that is asked for',
  STREAM_FULL: 'a limit of the stream or account is reached, and the message was not stored',
  STREAM_MISMATCH:
    'a stream of that name or on these subjects exists and differs from its declaration',
  STREAM_NOT_FOUND: 'there is no such stream, or none that takes the subject',
  TIMEOUT: 'what was waited for did not come in time',
  UNAVAILABLE: 'a limit on work under way is reached',
} as const satisfies Record<string, string>;

/** A stable code of a {@link NatsTransportError}. */
export type NatsErrorCode = keyof typeof NATS_ERROR_CODES;
