// Compiled, never run: a line that should not compile has @ts-expect-error before it.
import { type DynamicModule, Injectable } from '@nestjs/common';
import type { CustomTransportStrategy, MicroserviceOptions } from '@nestjs/microservices';
import { expectTypeOf } from 'expect-type';
import {
  type GiveUpReason,
  InjectNatsClient,
  NatsClient,
  type NatsInterceptor,
  type NatsMessageContext,
  NatsModule,
  NatsStrategy,
  type Registration,
} from 'nestjs-nats';

interface Order {
  readonly id: string;
}

class Config {
  readonly servers = 'nats://127.0.0.1:4222';
}

declare const strategy: NatsStrategy;

// NatsModule
expectTypeOf(NatsModule.forRoot()).toEqualTypeOf<DynamicModule>();
NatsModule.forRoot({
  servers: 'a,b',
  codec: 'json',
  queue: 'saver',
  timeoutMs: 100,
  headers: { Tenant: 'acme' },
  envelope: 'both',
  interceptors: [],
  shutdownTimeoutMs: 1_000,
});
// @ts-expect-error misspelt
NatsModule.forRoot({ que: 'saver' });
// @ts-expect-error there is no such codec
NatsModule.forRoot({ codec: 'yaml' });
// @ts-expect-error there is no such envelope
NatsModule.forRoot({ envelope: 'kafka' });
expectTypeOf(
  NatsModule.forRootAsync({
    imports: [],
    inject: [Config, 'NAME'],
    useFactory: (config: Config, name: string) => ({ servers: config.servers, name }),
  }),
).toEqualTypeOf<DynamicModule>();
NatsModule.forRootAsync({ useFactory: () => Promise.resolve({ queue: 'saver' }) });
// @ts-expect-error there is no factory
NatsModule.forRootAsync({ inject: [Config] });
// @ts-expect-error the factory makes options
NatsModule.forRootAsync({ useFactory: () => ({ queue: 1 }) });
// @ts-expect-error neither does a promise of others
NatsModule.forRootAsync({ useFactory: () => Promise.resolve({ servers: 4222 }) });

@Injectable()
export class Publisher {
  @InjectNatsClient() readonly injected: NatsClient;

  constructor(@InjectNatsClient() readonly client: NatsClient) {}
}

// NatsStrategy
expectTypeOf(strategy).toExtend<CustomTransportStrategy>();
expectTypeOf({ strategy }).toExtend<MicroserviceOptions>();
void new NatsStrategy({
  servers: ['a'],
  queue: 'q',
  replyPrefixes: ['_INBOX_x'],
  envelope: 'both',
});
// @ts-expect-error that is an option of a client
void new NatsStrategy({ timeoutMs: 5 });
// @ts-expect-error one queue group
void new NatsStrategy({ queue: ['a', 'b'] });

// registerSubscriber()
expectTypeOf(
  strategy.registerSubscriber<Order>('orders.:id', (order, context) => {
    expectTypeOf(order).toEqualTypeOf<Order>();
    expectTypeOf(context).toEqualTypeOf<NatsMessageContext>();
  }),
).toEqualTypeOf<Promise<Registration>>();
void strategy.registerSubscriber('a', (data) => expectTypeOf(data).toBeUnknown());
void strategy.registerSubscriber('a', (order: Order) => order.id, { respond: true, queue: 'q' });
// @ts-expect-error the handler takes something else
void strategy.registerSubscriber<Order>('a', (order: number) => order);
// @ts-expect-error misspelt
void strategy.registerSubscriber('a', () => undefined, { reply: true });
// @ts-expect-error a number
void strategy.registerSubscriber('a', () => undefined, { concurrency: 'all' });

// interceptors: the kind tells what there is
export const interceptor: NatsInterceptor = (operation, next) => {
  // @ts-expect-error a message that came in has a context, and no headers to set
  operation.headers.set('A', 'b');
  if (operation.kind === 'process') {
    expectTypeOf(operation.context).toEqualTypeOf<NatsMessageContext>();
    expectTypeOf(operation.handler).toEqualTypeOf<'event' | 'request'>();
  } else {
    operation.headers.set('A', 'b');
    expectTypeOf(operation.data).toBeUnknown();
  }
  return next();
};

// events
declare const observed: NatsStrategy;
observed.on('deadLetter', ({ reason, stream, attempts }) => {
  expectTypeOf(reason).toEqualTypeOf<GiveUpReason>();
  expectTypeOf(stream).toEqualTypeOf<string | undefined>();
  expectTypeOf(attempts).toBeNumber();
});
observed.on('disconnect', (server) => expectTypeOf(server).toBeString());
// @ts-expect-error there is no such event
observed.on('deadLetters', () => {});
observed.events$.subscribe((event) => {
  if (event.type === 'slow') expectTypeOf(event.pending).toBeNumber();
  if (event.type === 'reconnect') expectTypeOf(event.server).toBeString();
  // @ts-expect-error comes with every message, and not here
  if (event.type === 'handled') return;
});

// interceptors that see more than messages
const seeing: NatsInterceptor = (operation, next) => {
  if (operation.kind === 'process') {
    operation.onSettled?.((settlement, index) => {
      if (settlement.action === 'nak') expectTypeOf(settlement.delayMs).toBeNumber();
      expectTypeOf(index).toBeNumber();
    });
  } else expectTypeOf(operation.payloadBytes).toBeNumber();
  return next();
};
void seeing.attachTo;
