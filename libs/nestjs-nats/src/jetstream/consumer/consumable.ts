import type { StreamInfo } from '@nats-io/jetstream';
import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { overlap } from '../../subject/filter.js';
import type { ConsumerSpec } from './consumer-config.js';

/**
 * Makes sure that a stream can give a consumer what it asks for. A server takes filters that match
 * nothing, and says of a work queue only what it is not.
 *
 * @throws NatsTransportError `STREAM_NOT_FOUND` when there is no such stream or it takes no subject
 * of the filters; `INVALID_OPTIONS` for what a work queue cannot do
 */
export function assertConsumable(
  spec: ConsumerSpec,
  stream: StreamInfo | undefined,
): asserts stream is StreamInfo {
  const name = quote(spec.stream);
  const details = { stream: spec.stream, consumer: spec.name };
  if (stream === undefined) {
    throw new NatsTransportError(
      'STREAM_NOT_FOUND',
      `There is no stream ${name} to consume ${spec.filters.map(quote).join(', ')} from. ` +
        'Declare it in streams, or create it by other means.',
      { details },
    );
  }
  const { subjects, retention } = stream.config;
  const foreign = spec.filters.find((filter) => !takes(stream, filter));
  if (foreign !== undefined) {
    throw new NatsTransportError(
      'STREAM_NOT_FOUND',
      `The stream ${name} takes no message of ${quote(foreign)}: its subjects are ` +
        `${subjects.map(quote).join(', ')}. Check the pattern of the handler, or add to the subjects.`,
      { details: { ...details, subject: foreign } },
    );
  }
  if (retention !== 'workqueue') return;
  if (!spec.durable) {
    throw new NatsTransportError(
      'INVALID_OPTIONS',
      `The stream ${name} is a work queue, which gives each message to one consumer: its handlers ` +
        "need mode: 'durable'.",
      { details },
    );
  }
}

/** Makes sure that a new consumer of a work queue begins where it must. */
export function assertBeginning({ stream, name, config }: ConsumerSpec, info: StreamInfo): void {
  if (info.config.retention !== 'workqueue' || config.deliver_policy === 'all') return;
  throw new NatsTransportError(
    'INVALID_OPTIONS',
    `The stream ${quote(stream)} is a work queue, which is consumed from its beginning: ` +
      `the handler of ${quote(name)} needs deliver: 'all'.`,
    { details: { stream, consumer: name } },
  );
}

function takes({ config }: StreamInfo, filter: string): boolean {
  // what comes from elsewhere, or is renamed on its way in, has other subjects
  if (config.mirror || config.sources?.length || config.subject_transform) return true;
  return (config.subjects ?? []).some((subject) => overlap(subject, filter));
}
