import type { MsgHdrs } from '@nats-io/transport-node';
import type { OpenRequest, Requester } from '../core/requester.js';
import type { PreparedMessage } from './outgoing.js';
import type { ReplyContent } from './reply-reader.js';

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
 * @returns closes it; the listener then hears nothing more
 * @throws NatsTransportError what {@link Requester.open} throws
 */
export function exchange(
  requester: Requester,
  message: PreparedMessage,
  listener: AnswerListener,
): () => void {
  const { subject, timeoutMs, format } = message;
  const reader = format.reader(subject);
  let open = true;
  /** The last answer that an asynchronous reader works on; answers keep their order. */
  let tail: Promise<void> | undefined;
  const close = (): void => {
    open = false;
    request.close();
  };
  const fail = (error: unknown): void => {
    if (!open) return;
    close();
    listener.fail(error);
  };
  const take = ({ value, hasValue, last }: ReplyContent, answer: MsgHdrs | undefined): void => {
    if (open && answer !== undefined) listener.headers?.(answer);
    if (open && hasValue) listener.value(value);
    if (!last || !open) return;
    close();
    listener.done();
  };
  const request: OpenRequest = requester.open(message, {
    reply: (reply, answer) => {
      try {
        const content = reader.read(reply, answer);
        const follows = content instanceof Promise || !(content.last || content.foreign);
        if (follows) request.extend(timeoutMs);
        if (tail === undefined && !(content instanceof Promise)) return take(content, answer);
        tail = (tail ?? Promise.resolve())
          .then(async () => take(await content, answer))
          .catch(fail);
      } catch (error) {
        fail(error);
      }
    },
    fail: (error) => {
      // what has arrived comes before the end
      if (tail === undefined) fail(error);
      else void tail.then(() => fail(error));
    },
  });
  return close;
}
