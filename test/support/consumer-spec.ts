import { codecOf } from '../../libs/nestjs-nats/src/codec/registry.js';
import {
  type ConsumerSpec,
  consumerSpec,
  ephemeralName,
} from '../../libs/nestjs-nats/src/jetstream/consumer/consumer-config.js';
import { resolveConsume } from '../../libs/nestjs-nats/src/jetstream/consumer/resolve-consume.js';

/**
 * What a handler with these options needs; of the stream `ORDERS` by the durable `billing` unless they
 * say otherwise.
 *
 * @param filters what it takes; `orders.*` if there are none
 */
export function spec(extras: object = {}, ...filters: string[]): ConsumerSpec {
  const options = resolveConsume(
    { stream: 'ORDERS', ...('mode' in extras ? {} : { durable: 'billing' }), ...extras },
    { codec: codecOf('json') },
  );
  const name = options.durable ?? ephemeralName(options.mode);
  return consumerSpec(options, filters.length === 0 ? ['orders.*'] : filters, name);
}
