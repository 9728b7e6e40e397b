import type { ConsumerInfo } from '@nats-io/jetstream';
import { isNatsTransportError } from '../../errors/transport-error.js';
import type { JetStreamApi } from '../api/js-api.js';
import { consumerName } from './consumer-config.js';

/**
 * Reads a consumer; there is nothing when there is none, or no such stream.
 *
 * @throws NatsTransportError what {@link JetStreamApi.request} throws besides
 */
export async function findConsumer(
  api: JetStreamApi,
  stream: string,
  name: string,
): Promise<ConsumerInfo | undefined> {
  try {
    const what = `Cannot read ${consumerName({ stream, name })}`;
    return await api.read<ConsumerInfo>(`CONSUMER.INFO.${stream}.${name}`, undefined, what);
  } catch (error) {
    if (isNatsTransportError(error, 'CONSUMER_NOT_FOUND')) return undefined;
    if (isNatsTransportError(error, 'STREAM_NOT_FOUND')) return undefined;
    throw error;
  }
}
