// Compiled, never run: a line that should not compile has @ts-expect-error before it.
import { Controller, ParseIntPipe } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { expectTypeOf } from 'expect-type';
import {
  type Codec,
  type CodecOption,
  type EndpointOptions,
  NATS_TRANSPORT,
  type NatsHandlerOptions,
  NatsMessageContext,
  NatsParam,
  Respond,
  Subscribe,
} from 'nestjs-nats';

declare const codec: Codec;

expectTypeOf<NatsHandlerOptions>().toEqualTypeOf<{
  queue?: string;
  concurrency?: number;
  maxPending?: number;
  overflow?: 'reject' | 'drop';
  codec?: CodecOption;
  endpoint?: EndpointOptions;
}>();
expectTypeOf<CodecOption>().toEqualTypeOf<'json' | 'text' | 'raw' | Codec>();
expectTypeOf(NATS_TRANSPORT).toBeSymbol();
expectTypeOf(Subscribe).returns.toEqualTypeOf<MethodDecorator>();
expectTypeOf(Respond).returns.toEqualTypeOf<MethodDecorator>();
expectTypeOf(NatsParam).returns.toEqualTypeOf<ParameterDecorator>();

@Controller()
export class Sugar {
  @Subscribe('orders.created')
  plain(): void {}

  @Subscribe('orders.:orderId.created', { queue: 'billing', concurrency: 8, maxPending: 100 })
  withTwoParameters(@Payload() order: object, @Ctx() ctx: NatsMessageContext): void {
    expectTypeOf(order).toBeObject();
    expectTypeOf(ctx.params).toEqualTypeOf<Readonly<Record<string, string>>>();
  }

  @Subscribe(['orders.a', 'orders.b'] as const, { overflow: 'drop', codec: 'text' })
  several(@Payload() text: string, @NatsParam('orderId', ParseIntPipe) orderId: number): void {
    expectTypeOf(text).toBeString();
    expectTypeOf(orderId).toBeNumber();
  }

  @Respond('price.quote', { queue: '', overflow: 'reject', codec })
  async quote(@Payload() query: object): Promise<object> {
    await Promise.resolve();
    return query;
  }

  // @ts-expect-error a misspelt option
  @Subscribe('orders.created', { concurency: 8 })
  misspelt(): void {}

  // @ts-expect-error a number, not text
  @Subscribe('orders.created', { concurrency: '8' })
  wrongType(): void {}

  // @ts-expect-error there is no such way to overflow
  @Respond('orders.created', { overflow: 'block' })
  wrongValue(): void {}

  // @ts-expect-error there is no such codec
  @Respond('orders.created', { codec: 'yaml' })
  wrongCodec(): void {}

  // @ts-expect-error a queue group has a name
  @Subscribe('orders.created', { queue: true })
  wrongQueue(): void {}

  // @ts-expect-error a subject is text
  @Subscribe({ cmd: 'created' })
  wrongSubject(): void {}

  // @ts-expect-error the name of the token is missing
  missingName(@NatsParam() orderId: string): void {
    expectTypeOf(orderId).toBeString();
  }

  // @ts-expect-error a pipe transforms
  wrongPipe(@NatsParam('orderId', Date) orderId: string): void {
    expectTypeOf(orderId).toBeString();
  }
}

/** Nest's own decorators: with extras, the type argument is what lets a method have two parameters. */
@Controller()
export class Plain {
  @EventPattern<string>('orders.created', { queue: 'billing' })
  two(@Payload() order: object, @Ctx() ctx: NatsMessageContext): void {
    expectTypeOf(order).toBeObject();
    expectTypeOf(ctx.subject).toBeString();
  }

  @EventPattern<string>('orders.created', NATS_TRANSPORT, { queue: 'billing' })
  ofOurTransport(@Payload() order: object, @Ctx() ctx: NatsMessageContext): void {
    expectTypeOf(order).toBeObject();
    expectTypeOf(ctx.subject).toBeString();
  }

  @MessagePattern('price.quote', { queue: 'pricing' })
  quote(@Payload() query: object, @Ctx() ctx: NatsMessageContext): object {
    expectTypeOf(ctx.remainingMs).toEqualTypeOf<number | undefined>();
    return query;
  }
}
