import { type MsgHdrs, MsgHdrsImpl } from '@nats-io/transport-node';
import { quote } from '../../errors/quote.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import { hasMoreLines, MAX_HEADER_LINES } from '../../message/header-limits.js';
import { API_ERROR } from '../api/api-error.js';
import type { JetStreamApi } from '../api/js-api.js';
import type { StoredMessage } from './read-dead-letter.js';

/** Which message: the one of a sequence, the first from there on that has a subject, or the last that has it. */
export type MessageQuery =
  { readonly seq: number; readonly next_by_subj?: string } | { readonly last_by_subj: string };

/**
 * Reads a message from a stream, or gives nothing when it is not there.
 *
 * @throws NatsTransportError what {@link JetStreamApi.request} throws
 */
export async function storedMessage(
  api: JetStreamApi,
  stream: string,
  query: MessageQuery,
): Promise<StoredMessage | undefined> {
  const which = 'seq' in query ? query.seq : `on ${quote(query.last_by_subj)}`;
  const what = `Cannot read message ${which} of the stream "${stream}"`;
  try {
    const { message } = await api.request<{ message?: unknown }>(
      `STREAM.MSG.GET.${stream}`,
      query,
      what,
    );
    return read(message, what);
  } catch (error) {
    const isMissing =
      isNatsTransportError(error) && error.details['apiCode'] === API_ERROR.messageNotFound;
    if (isMissing) return undefined;
    throw error;
  }
}

/**
 * Removes a message from a stream. @returns `false` when it was not there
 *
 * @throws NatsTransportError what {@link JetStreamApi.request} throws
 */
export async function removeMessage(
  api: JetStreamApi,
  stream: string,
  seq: number,
): Promise<boolean> {
  try {
    const what = `Cannot remove message ${seq} of the stream "${stream}"`;
    await api.request(`STREAM.MSG.DELETE.${stream}`, { seq, no_erase: true }, what);
    return true;
  } catch (error) {
    if (!isNatsTransportError(error, 'JETSTREAM_REFUSED')) throw error;
    // the server has one number for what is missing and for what may not be deleted
    if ((await storedMessage(api, stream, { seq })) === undefined) return false;
    throw error;
  }
}

function read(message: unknown, what: string): StoredMessage {
  const { subject, seq, time, data, hdrs } = Object(message) as Record<string, unknown>;
  // the server gives nanoseconds, which are cut off
  const storedAt = new Date(typeof time === 'string' ? time : NaN);
  const isMessage = typeof subject === 'string' && Number.isSafeInteger(seq);
  if (!isMessage || Number.isNaN(storedAt.getTime())) {
    throw new NatsTransportError('DECODE_FAILED', `${what}: the answer holds no message.`);
  }
  return {
    subject,
    sequence: Number(seq),
    storedAt,
    data: bytes(data) ?? new Uint8Array(0),
    headers: headersIn(bytes(hdrs)),
  };
}

/** A dead letter has the headers of a message, some of them as copies too, and its own. */
const MAX_LINES = 2 * MAX_HEADER_LINES;

/**
 * Whoever may publish to the stream chooses the bytes: headers that nobody could send are none, and
 * neither are so many that they would take minutes.
 */
function headersIn(raw: Uint8Array | undefined): MsgHdrs | undefined {
  if (raw === undefined || hasMoreLines(raw, MAX_LINES)) return undefined;
  try {
    return MsgHdrsImpl.decode(raw);
  } catch {
    return undefined;
  }
}

function bytes(base64: unknown): Uint8Array | undefined {
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : undefined;
}
