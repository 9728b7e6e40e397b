import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Injectable, ParseIntPipe, type PipeTransform } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { from, lastValueFrom, type Observable, toArray } from 'rxjs';
import {
  NatsExceptionFilter,
  NatsMessageContext,
  NatsParam,
  Respond,
  Subscribe,
  type NatsHandlerOptions,
} from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

@Injectable()
class Upper implements PipeTransform<string, string> {
  transform(value: string): string {
    return value.toUpperCase();
  }
}

@Controller()
class Orders {
  readonly seen: unknown[] = [];

  @Subscribe('sugar.:tenant.orders.:orderId', { queue: 'sugar', concurrency: 2 })
  created(
    @Payload() data: unknown,
    @NatsParam('orderId', ParseIntPipe) orderId: number,
    @NatsParam('tenant', Upper, new Upper()) tenant: string,
    @Ctx() ctx: NatsMessageContext,
  ): void {
    this.seen.push({ data, orderId, tenant, subject: ctx.subject });
  }

  @Subscribe(['sugar.one', 'sugar.two.*'])
  several(@Ctx() ctx: NatsMessageContext): void {
    this.seen.push(ctx.subject);
  }

  @Respond('sugar.price.:article')
  price(@NatsParam('article', ParseIntPipe) article: number, @Payload() n: number): number {
    return article * n;
  }

  @Respond('sugar.count', { codec: 'json' })
  count(@Payload() n: number): Observable<number> {
    return from(Array.from({ length: n }, (_, i) => i));
  }

  @Respond('sugar.unknown.param')
  unknown(@NatsParam('nothing') nothing: unknown): string {
    return typeof nothing;
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('@Subscribe', () => {
  it('binds events, with options, named tokens and pipes', async () => {
    const { app } = await bench.create([Orders]);
    const info: unknown = await app.listen();
    await bench.client().publish('sugar.acme.orders.42', { a: 1 }, { confirm: 'flush' });
    await app.close();
    expect(app.get(Orders).seen).toEqual([
      { data: { a: 1 }, orderId: 42, tenant: 'ACME', subject: 'sugar.acme.orders.42' },
    ]);
    expect(info).toMatchObject({
      subscriptions: expect.arrayContaining([
        expect.objectContaining({
          kind: 'event',
          subject: 'sugar.*.orders.*',
          queue: 'sugar',
          patterns: ['sugar.:tenant.orders.:orderId'],
        }),
      ]) as unknown,
    });
  });

  it('takes a list of subjects', async () => {
    const app = await bench.listen([Orders]);
    const client = bench.client();
    await client.publish('sugar.one', 1);
    await client.publish('sugar.two.x', 1, { confirm: 'flush' });
    await app.close();
    expect(app.get(Orders).seen).toEqual(['sugar.one', 'sugar.two.x']);
  });
});

describe('@Respond', () => {
  it('answers requests, with named tokens and pipes', async () => {
    await bench.listen([Orders]);
    await expect(bench.client().request('sugar.price.7', 6)).resolves.toBe(42);
  });

  it('streams an Observable', async () => {
    await bench.listen([Orders]);
    const answers = bench.client().send('sugar.count', 3).pipe(toArray());
    await expect(lastValueFrom(answers)).resolves.toEqual([0, 1, 2]);
  });
});

describe('@NatsParam', () => {
  it('whose pipe refuses is a failure like any other', async () => {
    const { app } = await bench.create([Orders]);
    app.useGlobalFilters(new NatsExceptionFilter());
    await app.listen();
    await expect(bench.client().request('sugar.price.seven', 6)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      status: 400,
    });
  });

  it('of a name that is not in the pattern is undefined', async () => {
    await bench.listen([Orders]);
    await expect(bench.client().request('sugar.unknown.param', 1)).resolves.toBe('undefined');
  });
});

it('options that are not legal fail listen(), which names the handler and every fault', async () => {
  const wrong = { concurency: 4, queue: 'a b', maxPending: -1 } as unknown as NatsHandlerOptions;

  @Controller()
  class Wrong {
    @Subscribe('sugar.wrong', wrong)
    onEvent(): void {}
  }

  const { app } = await bench.create([Wrong]);
  const error = await rejection<Error>(app.listen());
  expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
  for (const part of ['"sugar.wrong"', 'concurency', '"a b"', 'maxPending']) {
    expect(error.message).toContain(part);
  }
});
