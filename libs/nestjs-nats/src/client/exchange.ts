import type { MsgHdrs } from '@nats-io/transport-node';
import type { OpenRequest } from '../core/pending-request.js';
import type { Requester } from '../core/requester.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import type { PreparedMessage } from './outgoing.js';
import { type ReplyContent, unread } from './reply-reader.js';

/** Hears the answers to one request: values, then one of `done` and `fail`. */
export interface AnswerListener {
  /** The headers of an answer that has some, before its value. */
  headers?(headers: MsgHdrs): void;
  value(value: unknown): void;
  done(): void;
  fail(error: unknown): void;
}

/**
 * Sends a request and reads its answers to the end.
 *
 * The time counts anew from each answer that has been read. An asynchronous reader takes of it too,
 * so that one that never settles ends the request.
 *
 * @returns closes it; the listener then hears nothing more
 * @throws NatsTransportError what {@link Requester.open} throws
 */
export function exchange(
  requester: Requester,
  message: PreparedMessage,
  listener: AnswerListener,
): () => void {
  const { subject, timeoutMs, remainingMs = timeoutMs, format } = message;
  const reader = format.reader(subject);
  let open = true;
  let deadline = performance.now() + remainingMs;
  /** How many answers an asynchronous reader works on, and the last of them: they keep their order. */
  let reading = 0;
  let tail: Promise<void> | undefined;
  /** Ends what is still read when the request is over. */
  let rest: NodeJS.Timeout | undefined;
  const close = (): void => {
    open = false;
    clearTimeout(rest);
    request.close();
  };
  const fail = (error: unknown): void => {
    if (!open) return;
    close();
    listener.fail(error);
  };
  const take = ({ value, hasValue, last, foreign }: ReplyContent, answer?: MsgHdrs): void => {
    if (!open) return;
    if (!last && !foreign) {
      deadline = performance.now() + timeoutMs;
      request.extend(timeoutMs);
    }
    if (answer !== undefined) listener.headers?.(answer);
    if (open && hasValue) listener.value(value);
    if (!last || !open) return;
    close();
    listener.done();
  };
  const takeInTurn = async (
    before: Promise<void> | undefined,
    content: Promise<ReplyContent>,
    answer: MsgHdrs | undefined,
  ): Promise<void> => {
    reading++;
    // what fails is heard in its turn, and must not count as unhandled until then
    content.catch(() => undefined);
    await before;
    try {
      take(await content, answer);
    } catch (error) {
      fail(error);
    }
    reading--;
  };
  const request: OpenRequest = requester.open(message, {
    reply: (reply, answer) => {
      try {
        const content = reader.read(reply, answer);
        if (content instanceof Promise) tail = takeInTurn(tail, content, answer);
        else take(content, answer);
      } catch (error) {
        fail(error);
      }
    },
    fail: (error) => {
      if (reading === 0) fail(error);
      else if (isNatsTransportError(error, 'TIMEOUT')) fail(unread(subject, timeoutMs));
      else {
        // what has arrived comes before the end, if it is read in time
        rest = setTimeout(() => fail(error), Math.max(0, deadline - performance.now()));
        void tail?.then(() => fail(error));
      }
    },
  });
  return close;
}
