import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Inject,
  type NestInterceptor,
  type PipeTransform,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { Ctx, Payload, type RequestContext } from '@nestjs/microservices';
import { Consume, JetStreamContext, NatsParam } from 'nestjs-nats';
import { EMPTY, type Observable, tap } from 'rxjs';
import { StreamBench } from '../support/stream-bench.js';
import { rejection } from '../support/rejection.js';
import { ascending, oneTo } from '../support/pull-stage.js';
import { waitFor } from '../support/wait-for.js';

const bench = new StreamBench();
let steps: string[];
beforeAll(() => bench.start());
beforeEach(async () => {
  steps = [];
  await bench.open();
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const options = () => ({
  stream: bench.stream,
  durable: 'work',
  retry: { attempts: 2, initialMs: 20, factor: 1, jitter: 0 },
});

class Guard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    steps.push(`guard ${context.switchToRpc().getContext<JetStreamContext>().sequence}`);
    return context.switchToRpc().getData() !== 'forbidden';
  }
}

class Interceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    steps.push('interceptor');
    return next.handle().pipe(tap({ finalize: () => steps.push('interceptor ends') }));
  }
}

class Pipe implements PipeTransform {
  transform(value: string): string {
    steps.push('pipe');
    return `${value}!`;
  }
}

class Forgiven extends Error {}

@Catch(Forgiven)
class Filter implements ExceptionFilter {
  catch(_: Forgiven, host: ArgumentsHost): Observable<unknown> {
    steps.push(`filter ${host.switchToRpc().getContext<JetStreamContext>().attempt}`);
    return EMPTY;
  }
}

describe('around a handler of a stream', () => {
  beforeEach(async () => {
    @Controller()
    class Handlers {
      @Consume(`${bench.stream}.:kind`, options())
      @UseGuards(Guard)
      @UseInterceptors(Interceptor)
      @UseFilters(Filter)
      handle(
        @Payload(Pipe) data: string,
        @NatsParam('kind') kind: string,
        @Ctx() context: JetStreamContext,
      ): void {
        if (!(context instanceof JetStreamContext)) throw new Error('another context');
        steps.push(`handler ${data} ${kind}`);
        if (data === 'forgiven!') throw new Forgiven();
      }
    }
    await bench.nats.listen([Handlers], {
      interceptors: [
        async ({ kind, subject }, next) => {
          steps.push(`${kind} ${subject.slice(bench.stream.length + 1)}`);
          await next();
          steps.push('processed');
        },
      ],
    });
  });

  it("run our interceptors, and inside Nest's guards, interceptors and pipes", async () => {
    await bench.publish('kind', ['x']);
    await bench.settled('work');
    expect(steps).toEqual([
      'process kind',
      'guard 1',
      'interceptor',
      'pipe',
      'handler x! kind',
      'interceptor ends',
      'processed',
    ]);
  });

  it('a guard that refuses is a failure: the message comes again, and is given up', async () => {
    await bench.publish('kind', ['forbidden']);
    await waitFor(async () => (await bench.deadLetters())[`dead.${bench.stream}.work`] === 1, {
      what: 'the dead letter',
    });
    await bench.settled('work');
    expect(steps).toEqual(['process kind', 'guard 1', 'process kind', 'guard 1']);
  });

  it('a filter may take a failure for its own: the message is acknowledged', async () => {
    await bench.publish('kind', ['forgiven']);
    await bench.settled('work');
    expect(steps.filter((step) => step.startsWith('handler'))).toHaveLength(1);
    expect(steps).toContain('filter 1');
    expect(steps.at(-1)).toBe('processed');
    expect(await bench.deadLetters()).toEqual({});
  });
});

it('a controller of the request scope is made for each message', async () => {
  let made = 0;
  @Controller({ scope: Scope.REQUEST })
  class Scoped {
    private readonly number = ++made;

    constructor(
      @Inject(REQUEST) private readonly request: RequestContext<string, JetStreamContext>,
    ) {}

    @Consume(`${bench.stream}.*`, options())
    handle(@Payload() data: string): void {
      const { sequence, attempt } = this.request.getContext();
      steps.push(`${data} ${this.request.getData()} ${sequence}.${attempt}`);
      if (this.number === 1) throw new Error('the first one fails');
    }
  }
  await bench.nats.listen([Scoped]);
  await bench.publish('x', ['a']);
  await bench.settled('work');
  await bench.publish('x', ['b']);
  await waitFor(() => steps.length === 3, { what: 'three calls' });
  await bench.settled('work');
  expect(steps).toEqual(['a a 1.1', 'a a 1.2', 'b b 2.1']);
  expect(made).toBe(3);
});

it('several patterns of a method are one consumer with several filters', async () => {
  @Controller()
  class Handlers {
    @Consume([`${bench.stream}.orders.:id`, `${bench.stream}.invoices.*.:id`], options())
    handle(@Payload() data: string, @Ctx() { pattern, params }: JetStreamContext): void {
      steps.push(`${data} ${pattern.slice(bench.stream.length + 1)} ${params['id']}`);
    }
  }
  const { app } = await bench.nats.create([Handlers]);
  const info: unknown = await app.listen();
  expect(info).toMatchObject({ consumers: [{ durable: 'work', patterns: { length: 2 } }] });
  await bench.publish('orders.7', ['order']);
  await bench.publish('others.7', ['other']);
  await bench.publish('invoices.2026.8', ['invoice']);
  await bench.settled('work');
  expect(steps.toSorted()).toEqual(['invoice invoices.*.:id 8', 'order orders.:id 7']);
  const { config } = await bench.jsm.consumers.info(bench.stream, 'work');
  expect(config.filter_subjects?.toSorted()).toEqual([
    `${bench.stream}.invoices.*.*`,
    `${bench.stream}.orders.*`,
  ]);
});

describe('registerSubscriber() with a stream', () => {
  const got: number[] = [];
  beforeEach(() => void (got.length = 0));

  it('before the start is bound by listen()', async () => {
    await bench.publish('x', [1]);
    const { info } = await bench.consume<number>((n) => void got.push(n), { durable: 'before' });
    expect(info.consumers).toMatchObject([{ durable: 'before', stream: bench.stream }]);
    await bench.settled('before');
    expect(got).toEqual([1]);
  });

  it('after the start is bound before it resolves, until it is removed', async () => {
    const { app, strategy } = await bench.nats.create([]);
    await app.listen();
    const register = () =>
      strategy.registerSubscriber<number>(`${bench.stream}.>`, (n) => void got.push(n), {
        stream: bench.stream,
        durable: 'after',
      });
    const registration = await register();
    expect(await bench.jsm.consumers.info(bench.stream, 'after')).toMatchObject({ num_pending: 0 });
    await bench.publish('x', oneTo(5));
    await bench.settled('after');
    await registration.remove();
    await registration.remove();
    await bench.publish('x', [6]);
    // the durable stays, and keeps what comes
    await bench.says('after', { num_pending: 1, num_waiting: 0 });
    expect(ascending(got)).toEqual(oneTo(5));
    await register();
    await bench.settled('after');
    expect(ascending(got)).toEqual(oneTo(6));
  });

  it('after the start refuses what clashes, and leaves the others as they are', async () => {
    const { app, strategy } = await bench.nats.create([]);
    await app.listen();
    const register = (durable: string, stream = bench.stream) =>
      strategy.registerSubscriber<number>(`${bench.stream}.>`, (n) => void got.push(n), {
        stream,
        durable,
      });
    await register('one');
    expect(await rejection(register('one'))).toMatchObject({ code: 'DUPLICATE_HANDLER' });
    expect(await rejection(register('two', 'ABSENT'))).toMatchObject({ code: 'STREAM_NOT_FOUND' });
    await bench.publish('x', oneTo(3));
    await bench.settled('one');
    expect(ascending(got)).toEqual(oneTo(3));
    // what was refused has left nothing in the way
    await register('two');
  });

  it('removes one while its handler runs, which comes to its end', async () => {
    let end = (): void => undefined;
    const running = new Promise<void>((resolve) => (end = resolve));
    const { registration } = await bench.consume<number>(
      (n) => {
        got.push(n);
        return running;
      },
      { durable: 'work', concurrency: 1, ackWaitMs: 60_000 },
    );
    await bench.publish('x', [1, 2]);
    await waitFor(() => got.length === 1, { what: 'the handler' });
    const removed = registration.remove();
    end();
    await removed;
    await bench.says('work', { num_ack_pending: 0, num_pending: 1 });
    expect(got).toEqual([1]);
  });
});
