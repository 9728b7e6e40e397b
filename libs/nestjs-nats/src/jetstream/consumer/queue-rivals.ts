import type { ConsumerInfo } from '@nats-io/jetstream';
import { quote } from '../../errors/quote.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import { overlap } from '../../subject/filter.js';
import { API_ERROR } from '../api/api-error.js';
import type { JetStreamApi } from '../api/js-api.js';
import type { ConsumerSpec } from './consumer-config.js';

/**
 * Adds to a refusal because another consumer of a work queue takes some of the messages which one
 * that is; the server does not say. Any other error stays as it is.
 */
export async function withRivals(
  api: JetStreamApi,
  error: unknown,
  spec: ConsumerSpec,
): Promise<unknown> {
  if (!isNatsTransportError(error, 'CONSUMER_MISMATCH')) return error;
  const code = error.details['apiCode'];
  if (code !== API_ERROR.filterNotUnique && code !== API_ERROR.consumerNotUnique) return error;
  const rivals = (await others(api, spec)).map(
    ({ name, filters }) => `${quote(name)} (${filters.map(quote).join(', ')})`,
  );
  return new NatsTransportError(
    error.code,
    `${error.message} In a work queue each message belongs to one consumer` +
      (rivals.length === 0 ? '.' : `, and some of these belong to ${rivals.join(', ')}.`),
    { cause: error, details: { ...error.details, stream: spec.stream, consumer: spec.name } },
  );
}

interface Rival {
  readonly name: string;
  readonly filters: readonly string[];
}

async function others(
  api: JetStreamApi,
  { stream, name, filters }: ConsumerSpec,
): Promise<Rival[]> {
  let consumers: readonly ConsumerInfo[];
  try {
    // the first page will do for a message
    const list = await api.request<{ consumers?: ConsumerInfo[] | null }>(
      `CONSUMER.LIST.${stream}`,
      { offset: 0 },
      'Cannot list consumers',
    );
    consumers = list.consumers ?? [];
  } catch {
    // the refusal itself is what the caller must hear; credentials may not list consumers
    return [];
  }
  return consumers
    .map((consumer) => ({ name: consumer.name, filters: filtersOf(consumer) }))
    .filter((other) => other.name !== name)
    .filter((other) => other.filters.some((one) => filters.some((two) => overlap(one, two))));
}

function filtersOf({ config }: ConsumerInfo): readonly string[] {
  const { filter_subject, filter_subjects } = config;
  return filter_subjects ?? [filter_subject || '>'];
}
