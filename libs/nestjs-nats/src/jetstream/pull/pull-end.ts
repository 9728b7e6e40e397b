import { quote } from '../../errors/quote.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import type { ConsumerNames } from './pull-request.js';
import type { PullStatus } from './pull-status.js';

/** Why a session is over. */
export interface SessionEnd {
  /**
   * `'gone'`: nobody answers for the consumer; `'refused'`: it does not take requests like these;
   * `'silent'`: two heartbeats have been missed; `'lost'`: the connection broke; `'failed'`: the
   * server refuses the inbox, the question, or what is said of messages; `'closed'`: it was closed.
   */
  readonly reason: 'gone' | 'refused' | 'silent' | 'lost' | 'failed' | 'closed';
  readonly status?: PullStatus;
  readonly error?: unknown;
}

/** Makes an error of the end of a session. */
export function endError(end: SessionEnd, names: ConsumerNames): NatsTransportError {
  if (isNatsTransportError(end.error, 'PERMISSION_DENIED')) return end.error;
  const consumer = `the consumer ${quote(names.consumer)} of the stream ${quote(names.stream)}`;
  const details = { ...names, status: end.status?.code };
  const options = { cause: end.error, details };
  switch (end.reason) {
    case 'refused':
      return new NatsTransportError(
        'JETSTREAM_REFUSED',
        `Cannot pull from ${consumer}: the server says ${quote(end.status?.description)}.`,
        options,
      );
    case 'lost':
      return new NatsTransportError(
        'CONNECTION_LOST',
        `The connection broke while ${consumer} was asked for messages.`,
        options,
      );
    case 'failed':
      return new NatsTransportError(
        'PERMISSION_DENIED',
        `The server does not let these credentials receive messages of ${consumer}. ` +
          'Allow the inbox, or set inboxPrefix to what is allowed.',
        options,
      );
    case 'silent':
      return new NatsTransportError(
        'TIMEOUT',
        `The server has not been heard of for two heartbeats while ${consumer} was asked.`,
        options,
      );
    case 'closed':
      return new NatsTransportError('CLOSED', `Pulling from ${consumer} was stopped.`, options);
    default:
      return new NatsTransportError(
        'UNAVAILABLE',
        `Nobody answers for ${consumer}: it has been deleted, or has no leader at this moment.`,
        options,
      );
  }
}

/** The server has not said in time that it sends nothing more. */
export function undrained(timeoutMs: number): NatsTransportError {
  return new NatsTransportError(
    'TIMEOUT',
    `The server did not confirm within ${timeoutMs} ms that it sends no more messages. ` +
      'Those it sends still come again when their ack wait is over.',
    { details: { timeoutMs } },
  );
}
