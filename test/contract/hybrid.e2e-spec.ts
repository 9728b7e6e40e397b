import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Get,
  type INestApplication,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { map, type Observable, throwError } from 'rxjs';
import { NatsStrategy } from 'nestjs-nats';
import { httpApp, startHybrid } from '../support/http-app.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

@Controller()
class Handlers {
  @MessagePattern('hybrid.echo')
  echo(@Payload() data: unknown): unknown {
    return data;
  }

  @MessagePattern('hybrid.fail')
  fail(): never {
    throw new Error('the handler failed');
  }

  @Get()
  http(): string {
    return 'http';
  }
}

class Guard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() === 'rpc' && context.switchToRpc().getData() === 'forbidden')
      throw new ForbiddenException('guarded');
    return true;
  }
}

class Pipe implements PipeTransform {
  transform(value: unknown): unknown {
    return value === 1 ? 'piped' : value;
  }
}

class Interceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value: unknown) => `intercepted ${String(value)}`));
  }
}

@Catch()
class Filter implements ExceptionFilter {
  catch(error: Error): Observable<never> {
    return throwError(() => ({ code: 'FILTERED', message: error.message }));
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function serve(inheritAppConfig: boolean): Promise<INestApplication> {
  const app = await httpApp(bench, { controllers: [Handlers] });
  app.useGlobalGuards(new Guard());
  app.useGlobalPipes(new Pipe());
  app.useGlobalInterceptors(new Interceptor());
  app.useGlobalFilters(new Filter());
  await startHybrid(app, [new NatsStrategy({ servers: bench.server.url })], { inheritAppConfig });
  return app;
}

describe('a hybrid app with inheritAppConfig', () => {
  it('applies its global pipe and interceptor', async () => {
    await serve(true);
    await expect(bench.client().request('hybrid.echo', 1)).resolves.toBe('intercepted piped');
  });

  it('applies its global guard, and its filter to what that throws', async () => {
    await serve(true);
    await expect(bench.client().request('hybrid.echo', 'forbidden')).rejects.toMatchObject({
      code: 'FILTERED',
      message: 'guarded',
    });
  });

  it('applies its global filter to what a handler throws', async () => {
    await serve(true);
    await expect(bench.client().request('hybrid.fail', {})).rejects.toMatchObject({
      code: 'FILTERED',
      message: 'the handler failed',
    });
  });
});

describe('a hybrid app without inheritAppConfig', () => {
  it('applies none of them to messages', async () => {
    const app = await serve(false);
    const client = bench.client();
    await expect(client.request('hybrid.echo', 1)).resolves.toBe(1);
    await expect(client.request('hybrid.echo', 'forbidden')).resolves.toBe('forbidden');
    const error = await rejection<Error>(client.request('hybrid.fail', {}));
    expect(error).toMatchObject({ code: 'INTERNAL' });
    expect(error.message).not.toContain('the handler failed');
    const page = await fetch(await app.getUrl());
    await expect(page.text()).resolves.toBe('intercepted http');
  });

  it('takes global ones from the microservice itself', async () => {
    const app = await httpApp(bench, { controllers: [Handlers] });
    const strategy = new NatsStrategy({ servers: bench.server.url });
    const service = app.connectMicroservice({ strategy }, { deferInitialization: true });
    service.useGlobalInterceptors(new Interceptor());
    await app.init();
    await app.startAllMicroservices();
    await expect(bench.client().request('hybrid.echo', 1)).resolves.toBe('intercepted 1');
  });
});
