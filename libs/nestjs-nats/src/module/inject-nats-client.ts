import { Inject } from '@nestjs/common';
import { NatsClient } from '../client/nats.client.js';

/** Injects the client that {@link NatsModule} provides. */
export const InjectNatsClient = (): ParameterDecorator & PropertyDecorator => Inject(NatsClient);
