import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  type INestMicroservice,
  type NestInterceptor,
  type PipeTransform,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { EMPTY, map, type Observable, of, tap, throwError } from 'rxjs';
import type { NatsMessageContext } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

let steps: string[];

class Guard implements CanActivate {
  constructor(private readonly name: string) {}

  canActivate(context: ExecutionContext): boolean {
    steps.push(`${this.name} guard`);
    return context.switchToRpc().getData() !== `no ${this.name}`;
  }
}

class Pipe implements PipeTransform {
  constructor(private readonly name: string) {}

  transform(value: string): string {
    steps.push(`${this.name} pipe`);
    return `${value}>${this.name}`;
  }
}

class Interceptor implements NestInterceptor {
  constructor(private readonly name: string) {}

  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    steps.push(`${this.name} interceptor`);
    return next.handle().pipe(
      tap({ finalize: () => steps.push(`${this.name} interceptor ends`) }),
      map((value: unknown) => `${String(value)}<${this.name}`),
    );
  }
}

class Mishap extends Error {}

@Catch(Mishap)
class LocalFilter implements ExceptionFilter {
  catch(error: Mishap, host: ArgumentsHost): Observable<unknown> {
    const { subject } = host.switchToRpc().getContext<NatsMessageContext>();
    if (error.message === 'forgiven') return of('forgiven');
    return throwError(() => new RpcException({ code: 'LOCAL', message: subject }));
  }
}

@Catch()
class GlobalFilter implements ExceptionFilter {
  catch(error: Error): Observable<unknown> {
    if (error.message === 'silence') return EMPTY;
    return throwError(() => ({ code: 'GLOBAL', message: error.message }));
  }
}

@Controller()
class Handlers {
  @MessagePattern('enhancers.all')
  @UseGuards(new Guard('local'))
  @UseInterceptors(new Interceptor('local'))
  @UsePipes(new Pipe('local'))
  all(@Payload(new Pipe('param')) data: string): string {
    steps.push('handler');
    return data;
  }

  @MessagePattern('enhancers.fail')
  @UseFilters(LocalFilter)
  fail(@Payload() kind: string): never {
    if (kind === 'mishap' || kind === 'forgiven') throw new Mishap(kind);
    throw new Error(kind);
  }

  @EventPattern('enhancers.event')
  @UseGuards(new Guard('local'))
  @UseInterceptors(new Interceptor('local'))
  event(@Payload(new Pipe('param')) data: string): void {
    steps.push(`handler ${data}`);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  steps = [];
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function listen(prepare: (app: INestMicroservice) => void = () => undefined): Promise<void> {
  const { app } = await bench.create([Handlers]);
  prepare(app);
  await app.listen();
}

function withGlobals(app: INestMicroservice): void {
  app.useGlobalGuards(new Guard('global'));
  app.useGlobalInterceptors(new Interceptor('global'));
  app.useGlobalPipes({ transform: (value: string) => `${value}>global` });
  app.useGlobalFilters(new GlobalFilter());
}

const ask = (subject: string, data: unknown): Promise<unknown> =>
  bench.client().request(subject, data);

describe('enhancers', () => {
  it('of a handler run in the order Nest gives them', async () => {
    await listen();
    await expect(ask('enhancers.all', 'x')).resolves.toBe('x>local>param<local');
    expect(steps).toEqual([
      'local guard',
      'local interceptor',
      'local pipe',
      'param pipe',
      'handler',
      'local interceptor ends',
    ]);
  });

  it('of the app run outside those of the handler', async () => {
    await listen(withGlobals);
    await expect(ask('enhancers.all', 'x')).resolves.toBe('x>global>local>param<local<global');
    expect(steps.slice(0, 4)).toEqual([
      'global guard',
      'local guard',
      'global interceptor',
      'local interceptor',
    ]);
  });

  it('run for events too', async () => {
    await listen();
    await bench.client().publish('enhancers.event', 'x');
    await waitFor(() => steps.includes('local interceptor ends'), { what: 'the event' });
    expect(steps).toEqual([
      'local guard',
      'local interceptor',
      'param pipe',
      'handler x>param',
      'local interceptor ends',
    ]);
  });

  it('keep an event from its handler', async () => {
    await listen();
    const client = bench.client();
    await client.publish('enhancers.event', 'no local');
    await client.publish('enhancers.event', 'y');
    await waitFor(() => steps.includes('handler y>param'), { what: 'the second event' });
    expect(steps.filter((step) => step.startsWith('handler'))).toEqual(['handler y>param']);
  });
});

describe('a guard that refuses', () => {
  it.each(['no local', 'no global'])('%s: the caller is told', async (data) => {
    await listen((app) => void app.useGlobalGuards(new Guard('global')));
    await expect(ask('enhancers.all', data)).rejects.toMatchObject({
      message: 'Forbidden resource',
    });
    expect(steps).not.toContain('handler');
  });
});

describe('a filter', () => {
  it('of the handler comes before the one of the app', async () => {
    await listen((app) => void app.useGlobalFilters(new GlobalFilter()));
    await expect(ask('enhancers.fail', 'mishap')).rejects.toMatchObject({
      code: 'LOCAL',
      message: 'enhancers.fail',
    });
  });

  it('of the app takes what the one of the handler does not', async () => {
    await listen((app) => void app.useGlobalFilters(new GlobalFilter()));
    await expect(ask('enhancers.fail', 'other')).rejects.toMatchObject({
      code: 'GLOBAL',
      message: 'other',
    });
  });

  it('may give a value in place of the error', async () => {
    await listen();
    await expect(ask('enhancers.fail', 'forgiven')).resolves.toBe('forgiven');
  });

  it('may give nothing in place of the error', async () => {
    await listen((app) => void app.useGlobalFilters(new GlobalFilter()));
    await expect(ask('enhancers.fail', 'silence')).resolves.toBeUndefined();
  });
});

describe('pre-request hooks', () => {
  it('run in order, before guards, around the rest', async () => {
    await listen((app) => {
      app.registerPreRequestHook(
        (context, next) => {
          steps.push(`first ${context.switchToRpc().getContext<NatsMessageContext>().subject}`);
          return next().pipe(tap({ complete: () => steps.push('first ends') }));
        },
        (_, next) => {
          steps.push('second');
          return next();
        },
      );
    });
    await expect(ask('enhancers.all', 'x')).resolves.toBe('x>local>param<local');
    expect(steps.slice(0, 3)).toEqual(['first enhancers.all', 'second', 'local guard']);
    expect(steps.at(-1)).toBe('first ends');
  });

  it('may refuse', async () => {
    await listen((app) => {
      app.registerPreRequestHook(() => throwError(() => new RpcException('refused by a hook')));
    });
    await expect(ask('enhancers.all', 'x')).rejects.toMatchObject({ message: 'refused by a hook' });
    expect(steps).toEqual([]);
  });
});
