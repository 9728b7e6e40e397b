import { headers as newHeaders, type MsgHdrs } from '@nats-io/transport-node';
import type { PublishOperation, RequestOperation } from '../interceptor/interceptor.js';
import { matches } from '../subject/filter.js';
import type { PreparedMessage } from './outgoing.js';

/** A message that interceptors may add headers to. */
export type InterceptedMessage<M extends PreparedMessage = PreparedMessage> = M & {
  readonly headers: MsgHdrs;
};

/** Gives a message headers, which an interceptor may set, if it has none. */
export function withHeaders<M extends PreparedMessage>(message: M): InterceptedMessage<M> {
  return { ...message, headers: message.headers ?? newHeaders() };
}

/** Makes of an event what interceptors see. */
export function publishOperation(
  { subject, data, headers, payload, target }: InterceptedMessage,
  server: string | undefined,
): PublishOperation {
  const declared = target?.declaration?.subjects.find((filter) => matches(filter, subject));
  return {
    kind: 'publish',
    subject,
    data,
    headers,
    payloadBytes: payload.length,
    server,
    stream: target?.stream,
    streamSubject: declared,
  };
}

/** Makes of a request what interceptors see. */
export function requestOperation(
  { subject, data, headers, payload }: InterceptedMessage,
  server: string | undefined,
): RequestOperation {
  return { kind: 'request', subject, data, headers, payloadBytes: payload.length, server };
}
