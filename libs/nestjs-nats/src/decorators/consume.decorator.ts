import { EventPattern } from '@nestjs/microservices';
import type { NatsConsumeOptions } from '../jetstream/consumer/consume-options.js';
import { NATS_TRANSPORT } from './transport-id.js';

/**
 * Binds a method to messages of a JetStream stream: `@EventPattern` for NATS only, with checked
 * options. A message is acknowledged when the method has completed; when it throws, the message
 * comes again, and after the last attempt it becomes a dead letter.
 *
 * ```ts
 * @Consume('orders.:orderId.created', { stream: 'ORDERS', durable: 'billing', concurrency: 8 })
 * bill(@Payload() order: Order, @Ctx() ctx: JetStreamContext) {}
 * ```
 *
 * @param subject what to take of the stream; several subjects are one consumer
 */
export function Consume(
  subject: string | readonly string[],
  options: NatsConsumeOptions,
): MethodDecorator {
  return EventPattern<unknown>(subject, NATS_TRANSPORT, { ...options });
}
