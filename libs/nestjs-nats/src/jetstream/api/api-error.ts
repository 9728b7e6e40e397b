import type { NatsErrorCode } from '../../errors/codes.js';
import { NatsTransportError } from '../../errors/transport-error.js';

/** An error as the JetStream API answers it. */
export interface ApiErrorBody {
  /** A number in the manner of HTTP. */
  readonly code: number;
  /** The number that tells errors apart. */
  readonly err_code?: number;
  readonly description?: string;
}

/** The numbers of the server's errors that mean something to us (its `errors.json`). */
export const API_ERROR = {
  streamNotFound: 10_059,
  consumerNotFound: 10_014,
  messageNotFound: 10_037,
  streamNameInUse: 10_058,
  subjectsOverlap: 10_065,
  consumerExists: 10_148,
  consumerNameInUse: 10_013,
  consumerToUpdateNotFound: 10_149,
  filterNotUnique: 10_100,
  consumerNotUnique: 10_099,
} as const;

const CODES: Readonly<Record<number, NatsErrorCode>> = {
  [API_ERROR.streamNotFound]: 'STREAM_NOT_FOUND',
  [API_ERROR.consumerNotFound]: 'CONSUMER_NOT_FOUND',
  [API_ERROR.streamNameInUse]: 'STREAM_MISMATCH',
  [API_ERROR.subjectsOverlap]: 'STREAM_MISMATCH',
  [API_ERROR.consumerExists]: 'CONSUMER_MISMATCH',
  [API_ERROR.consumerNameInUse]: 'CONSUMER_MISMATCH',
  [API_ERROR.filterNotUnique]: 'CONSUMER_MISMATCH',
  [API_ERROR.consumerNotUnique]: 'CONSUMER_MISMATCH',
  [API_ERROR.consumerToUpdateNotFound]: 'CONSUMER_NOT_FOUND',
  // expected last sequence, last message id, last sequence of the subject, name of the stream
  10_071: 'CONFLICT',
  10_070: 'CONFLICT',
  10_164: 'CONFLICT',
  10_060: 'CONFLICT',
  // a message of the batch has an id that the stream has already
  10_201: 'CONFLICT',
  // message larger than max_msg_size
  10_054: 'PAYLOAD_TOO_LARGE',
  // a limit of the stream, of the account or of the server's disk
  10_077: 'STREAM_FULL',
  10_047: 'STREAM_FULL',
  10_028: 'STREAM_FULL',
  10_002: 'STREAM_FULL',
  10_023: 'STREAM_FULL',
  // not for this server, not for this account
  10_076: 'JETSTREAM_DISABLED',
  10_039: 'JETSTREAM_DISABLED',
  // no leader, too much at a time, batches that were cut off or are too many at a time: may pass
  10_008: 'UNAVAILABLE',
  10_009: 'UNAVAILABLE',
  10_167: 'UNAVAILABLE',
  10_176: 'UNAVAILABLE',
  10_210: 'UNAVAILABLE',
};

/**
 * Makes an error of the server's refusal. `details.apiCode` is the server's number, `details` names
 * what was asked for.
 *
 * @param what says what could not be done: `Cannot create the stream "ORDERS"`
 */
export function apiError(
  what: string,
  { code, err_code: apiCode = 0, description = 'no reason given' }: ApiErrorBody,
  details: Readonly<Record<string, unknown>> = {},
): NatsTransportError {
  return new NatsTransportError(
    CODES[apiCode] ?? 'JETSTREAM_REFUSED',
    `${what}: the server says "${description}" (${apiCode || code}).`,
    { details: { ...details, apiCode, apiStatus: code } },
  );
}
