import { headers as newHeaders, type MsgHdrs, nuid } from '@nats-io/transport-node';
import type { SharedConnection } from '../../connection/shared-connection.js';
import { remainder } from '../../connection/within.js';
import { assertFits, type OutgoingMessage, publishNow } from '../../core/publisher.js';
import { type Requester, requesterOf } from '../../core/requester.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import { HEADER } from '../../message/header-table.js';
import { serverTooOld } from '../api/server-features.js';
import { type BatchAck, type PubReply, readPubReply } from './pub-ack.js';
import type { Destination } from './publication.js';
import { batchAcknowledgementLost, publishRefusal } from './publish-error.js';

/** A message of a batch. */
export interface BatchPart {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: MsgHdrs | undefined;
}

/** Messages that one stream stores together, or not at all. */
export interface Batch extends Pick<Destination, 'stream' | 'declaration'> {
  /** One at least. */
  readonly parts: readonly BatchPart[];
  /** How long the caller waits in all, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Sends a batch once, as ADR-50 of NATS has it: the stream says to the first message that it takes
 * part, the others go without an answer, and the last one stores them all.
 *
 * @param leftMs what is left of the time
 * @throws NatsTransportError as the stream refuses it; `NO_RESPONDERS`; `NOT_CONNECTED`,
 * `PAYLOAD_TOO_LARGE`; `TIMEOUT` and `CONNECTION_LOST`, which say whether it may be stored
 */
export async function sendBatch(
  shared: SharedConnection,
  { parts, stream, timeoutMs }: Batch,
  leftMs: number,
): Promise<BatchAck> {
  const start = performance.now();
  const requester = requesterOf(shared);
  const messages = numbered(parts);
  // one that is too large must not leave the server with half a batch
  const { current } = shared;
  if (current !== undefined) for (const message of messages) assertFits(shared, current, message);
  const [first, between, last] = [messages[0]!, messages.slice(1, -1), messages.at(-1)!];
  if (first !== last) {
    await opened(requester, { ...first, timeoutMs, remainingMs: leftMs }, stream);
    for (const message of between) publishNow(shared, message);
  }
  const remainingMs = remainder(leftMs, start);
  return committed(requester, { ...last, timeoutMs, remainingMs }, stream, parts.length);
}

type Message = OutgoingMessage & { readonly headers: MsgHdrs };
type Request = Message & { readonly timeoutMs: number; readonly remainingMs: number };

/** Marks the messages with the batch they belong to, and their place in it. */
function numbered(parts: readonly BatchPart[]): Message[] {
  const id = nuid.next();
  return parts.map(({ subject, payload, headers: own }, i) => {
    const headers = own ?? newHeaders();
    headers.set(HEADER.batchId, id);
    headers.set(HEADER.batchSequence, `${i + 1}`);
    if (i === parts.length - 1) headers.set(HEADER.batchCommit, '1');
    return { subject, payload, headers };
  });
}

/** Sends the first message, and waits until the stream takes the batch: it answers with nothing. */
async function opened(requester: Requester, first: Request, stream: string): Promise<void> {
  try {
    await answer(requester, first, (data) => {
      if (data.length === 0) return true;
      const reply = readPubReply(data);
      if (reply === undefined) return undefined;
      if ('error' in reply) throw publishRefusal(first.subject, stream, reply.error);
      // the server of the stream is older than the one that was asked for its version
      const what = 'The batch was broken off after its first message, which is stored';
      throw serverTooOld(undefined, 'atomicBatch', what);
    });
  } catch (cause) {
    if (!isSilence(cause)) throw cause;
    throw new NatsTransportError(
      cause.code,
      `The stream "${stream}" did not take the first message of the batch: ${cause.message} ` +
        'Nothing was stored.',
      { cause, details: { ...cause.details, stream } },
    );
  }
}

/** Sends the last message, and waits for the acknowledgement of all. */
async function committed(
  requester: Requester,
  last: Request,
  stream: string,
  size: number,
): Promise<BatchAck> {
  try {
    return await answer(requester, last, (data) => batchAck(readPubReply(data), last, stream));
  } catch (cause) {
    if (!isSilence(cause)) throw cause;
    throw batchAcknowledgementLost(stream, size, cause);
  }
}

function batchAck(
  reply: PubReply | undefined,
  { subject }: Request,
  stream: string,
): BatchAck | undefined {
  if (reply === undefined) return undefined;
  if ('error' in reply) throw publishRefusal(subject, stream, reply.error);
  return { ...reply.ack, count: reply.count ?? 1 };
}

function isSilence(error: unknown): error is NatsTransportError {
  return isNatsTransportError(error, 'TIMEOUT') || isNatsTransportError(error, 'CONNECTION_LOST');
}

/** Sends a request and waits for the answer that `read` can make something of. */
function answer<T>(
  requester: Requester,
  message: Request,
  read: (data: Uint8Array) => T | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = requester.open(message, {
      reply: ({ data }) => {
        // what it throws fails the request
        const value = read(data);
        if (value === undefined) return;
        request.close();
        resolve(value);
      },
      fail: reject,
    });
  });
}
