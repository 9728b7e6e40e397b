import { quote } from '../errors/quote.js';
import type { StreamDeclaration } from '../jetstream/stream/stream-declaration.js';
import { overlap } from '../subject/filter.js';
import type { SubscriptionInfo } from './listen-info.js';

type Declared = Pick<StreamDeclaration, 'name' | 'subjects' | 'no_ack'>;

/**
 * Warns of requests that a declared stream takes as well: it answers each with its acknowledgement,
 * often before the handler does, and callers take the first answer.
 * @see https://docs.nats.io/nats-concepts/jetstream/streams (NoAck)
 */
export function streamAnswerWarnings(
  subscriptions: readonly Pick<SubscriptionInfo, 'kind' | 'subject'>[],
  streams: readonly Declared[],
): string[] {
  const answering = streams.filter(({ no_ack }) => no_ack !== true);
  return subscriptions
    .filter(({ kind }) => kind === 'request')
    .flatMap(({ subject }) =>
      answering
        .filter(({ subjects }) => subjects.some((other) => overlap(subject, other)))
        .map(({ name }) => warning(subject, name)),
    );
}

function warning(subject: string, stream: string): string {
  return (
    `The stream ${quote(stream)} stores requests on ${quote(subject)}, and answers them with its ` +
    'acknowledgement: callers may take that for the answer. Leave the subject out of the stream, ' +
    'or declare it with no_ack.'
  );
}
