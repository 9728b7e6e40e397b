import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { NATS_TRANSPORT } from './transport-id.js';
import type { NatsHandlerOptions } from './handler-options.js';

/**
 * Binds a method to events on a subject: `@EventPattern` for NATS only, with checked options.
 *
 * ```ts
 * @Subscribe('orders.:orderId.created', { queue: 'billing', concurrency: 8 })
 * bill(@Payload() order: Order, @NatsParam('orderId') orderId: string) {}
 * ```
 */
export function Subscribe(
  subject: string | readonly string[],
  options: NatsHandlerOptions = {},
): MethodDecorator {
  return EventPattern<unknown>(subject, NATS_TRANSPORT, { ...options });
}

/**
 * Binds a method to requests on a subject: `@MessagePattern` for NATS only, with checked options.
 * What the method returns is the answer; an Observable of several values is a streamed one.
 */
export function Respond(
  subject: string | readonly string[],
  options: NatsHandlerOptions = {},
): MethodDecorator {
  return MessagePattern<unknown>(subject, NATS_TRANSPORT, { ...options });
}
