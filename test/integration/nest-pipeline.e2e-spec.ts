import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { firstValueFrom, map, type Observable, throwError } from 'rxjs';
import { NATS_TRANSPORT, NatsMessageContext } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';

class Doubling implements PipeTransform<number, number> {
  transform(value: number): number {
    return value * 2;
  }
}

class Refusing implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const rpc = context.switchToRpc();
    return rpc.getData() !== 'forbidden' && rpc.getContext() instanceof NatsMessageContext;
  }
}

class Wrapping implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value: unknown) => ({ wrapped: value })));
  }
}

class Mishap extends Error {}

@Catch(Mishap)
class MishapFilter implements ExceptionFilter {
  catch(error: Mishap, host: ArgumentsHost): Observable<never> {
    const { subject } = host.switchToRpc().getContext<NatsMessageContext>();
    return throwError(() => ({ code: 'MISHAP', message: error.message, details: { subject } }));
  }
}

@Controller()
class Decorated {
  readonly received: unknown[] = [];

  @MessagePattern('pipeline.pipe')
  pipe(@Payload(new Doubling()) n: number): number {
    return n;
  }

  @UseGuards(new Refusing())
  @MessagePattern('pipeline.guard')
  guard(@Payload() data: unknown): unknown {
    return data;
  }

  @UseInterceptors(new Wrapping())
  @MessagePattern('pipeline.interceptor')
  interceptor(@Payload() data: unknown): unknown {
    return data;
  }

  @UseFilters(new MishapFilter())
  @MessagePattern('pipeline.filter')
  filter(): never {
    throw new Mishap('told by the filter');
  }

  @MessagePattern(['pipeline.one', 'pipeline.other'])
  several(@Ctx() ctx: NatsMessageContext): string {
    return ctx.pattern;
  }

  @MessagePattern({ cmd: 'sum' })
  objectPattern(@Payload() numbers: number[]): number {
    return numbers.reduce((a, b) => a + b, 0);
  }

  @EventPattern('pipeline.ours', NATS_TRANSPORT)
  ours(@Payload() data: unknown): void {
    this.received.push(data);
  }

  @EventPattern('pipeline.theirs', Symbol('another transport'))
  theirs(@Payload() data: unknown): void {
    this.received.push(data);
  }
}

let instances = 0;

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  readonly number = ++instances;
}

@Controller()
class Scoped {
  constructor(private readonly perRequest: PerRequest) {}

  @MessagePattern('pipeline.scoped')
  scoped(): number {
    return this.perRequest.number;
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function ask(subject: unknown, data: unknown): Promise<unknown> {
  await bench.listen([Decorated]);
  return firstValueFrom(bench.client().send(subject, data));
}

describe('what Nest puts around a handler works as for any transport', () => {
  it('pipes', async () => {
    await expect(ask('pipeline.pipe', 21)).resolves.toBe(42);
  });

  it('guards, which let pass', async () => {
    await expect(ask('pipeline.guard', 'fine')).resolves.toBe('fine');
  });

  it('guards, which refuse', async () => {
    await expect(ask('pipeline.guard', 'forbidden')).rejects.toMatchObject({
      name: 'RemoteError',
      message: 'Forbidden resource',
    });
  });

  it('interceptors', async () => {
    await expect(ask('pipeline.interceptor', 1)).resolves.toEqual({ wrapped: 1 });
  });

  it('exception filters', async () => {
    await expect(ask('pipeline.filter', 1)).rejects.toMatchObject({
      name: 'RemoteError',
      code: 'MISHAP',
      message: 'told by the filter',
      details: { subject: 'pipeline.filter' },
    });
  });

  it.each(['pipeline.one', 'pipeline.other'])('lists of patterns: %s', async (subject) => {
    await expect(ask(subject, {})).resolves.toBe(subject);
  });

  it('patterns that are objects', async () => {
    await expect(ask({ cmd: 'sum' }, [1, 2, 3])).resolves.toBe(6);
  });

  it('transport ids', async () => {
    const app = await bench.listen([Decorated]);
    const client = bench.client();
    await client.publish('pipeline.theirs', 'not for us');
    await client.publish('pipeline.ours', 'for us', { confirm: 'flush' });
    await app.close();
    expect(app.get(Decorated).received).toEqual(['for us']);
  });
});

it('request-scoped providers are made for each message', async () => {
  await bench.listen([Scoped], {}, [PerRequest]);
  const client = bench.client();
  const first = await client.request<number>('pipeline.scoped', {});
  await expect(client.request('pipeline.scoped', {})).resolves.toBe(first + 1);
});

it('a global interceptor, filter, guard and pipe are applied', async () => {
  const { app } = await bench.create([Decorated]);
  app.useGlobalInterceptors(new Wrapping());
  app.useGlobalPipes({ transform: (value: unknown) => value });
  app.useGlobalGuards(new Refusing());
  app.useGlobalFilters({
    catch: (error: unknown) =>
      throwError(() =>
        error instanceof RpcException ? { code: 'GLOBAL', message: 'global' } : error,
      ),
  });
  await app.listen();
  const client = bench.client();
  await expect(client.request('pipeline.pipe', 2)).resolves.toEqual({ wrapped: 4 });
  await expect(client.request('pipeline.one', 'forbidden')).rejects.toMatchObject({
    code: 'GLOBAL',
  });
});
