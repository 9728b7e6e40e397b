/**
 * Is the transport id of {@link NatsStrategy}: a handler that names it,
 * `@EventPattern('orders', NATS_TRANSPORT)`, is bound to NATS only, in an app with several transports.
 */
export const NATS_TRANSPORT: unique symbol = Symbol.for('nestjs-nats');
