// Who gets to see what a handler has thrown, in applications that have NATS, HTTP and another transport.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  BadRequestException,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  type INestApplication,
  Module,
  NotFoundException,
  type Provider,
} from '@nestjs/common';
import { APP_FILTER, ExternalContextCreator, HttpAdapterHost } from '@nestjs/core';
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  Payload,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { lastValueFrom, throwError } from 'rxjs';
import { NatsExceptionFilter, NatsModule, NatsStrategy, type RemoteError } from 'nestjs-nats';
import { captureLog } from '../support/captured-log.js';
import { httpApp } from '../support/http-app.js';
import { NatsBench } from '../support/nats-bench.js';
import { everythingOf, rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const SECRET = 'password of the database';
const FAILURES: Record<string, () => Error> = {
  plain: () => new Error(SECRET),
  'not found': () => new NotFoundException('no such order'),
  listed: () => new BadRequestException(['one', 'two']),
  rpc: () => new RpcException('none left'),
};

@Controller()
class Orders {
  @MessagePattern('orders.fail')
  fail(@Payload() kind: string): never {
    throw FAILURES[kind]!();
  }

  @EventPattern('orders.failed')
  failed(@Payload() kind: string): void {
    throw FAILURES[kind]!();
  }

  @Get('plain')
  plain(): never {
    throw FAILURES['plain']!();
  }

  @Get('missing')
  missing(): never {
    throw FAILURES['not found']!();
  }
}

/** Answers for everything, whatever it came by. */
@Catch()
class CatchAll implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(_: unknown, host: ArgumentsHost): unknown {
    if (host.getType() === 'rpc') return throwError(() => ({ code: 'CAUGHT', message: 'rpc' }));
    this.host.httpAdapter.reply(host.getArgByIndex(1), { caught: 'http' }, 418);
    return undefined;
  }
}

const caught = { provide: APP_FILTER, useFactory: (host: HttpAdapterHost) => new CatchAll(host) };
const CATCH_ALL: Provider = { ...caught, inject: [HttpAdapterHost] };

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

interface Hybrid {
  readonly app: INestApplication;
  readonly url: string;
  /** Asks the TCP side. */
  readonly tcp: (kind: string) => Promise<unknown>;
  /** Tells the TCP side an event. */
  readonly tell: (kind: string) => Promise<unknown>;
}

async function hybrid(providers: Provider[] = []): Promise<Hybrid> {
  const imports = [NatsModule.forRoot({ servers: bench.server.url })];
  const app = await httpApp(bench, { imports, controllers: [Orders], providers });
  app.connectMicroservice({ strategy: app.get(NatsStrategy) }, { inheritAppConfig: true });
  const tcp = app.connectMicroservice(
    { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } },
    { inheritAppConfig: true },
  );
  await app.init();
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  const { port } = tcp.unwrap<{ address(): { port: number } }>().address();
  const client = ClientProxyFactory.create({
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port },
  });
  bench.own(() => client.close());
  return {
    app,
    url: await app.getUrl(),
    tcp: (kind) => rejection(lastValueFrom(client.send('orders.fail', kind))),
    tell: (kind) => lastValueFrom(client.emit('orders.failed', kind), { defaultValue: undefined }),
  };
}

const failure = (kind: string): Promise<RemoteError> =>
  rejection<RemoteError>(bench.client().request('orders.fail', kind));

async function get(url: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

describe('with NatsModule', () => {
  it.each([
    ['not found', { code: 'NOT_FOUND', message: 'no such order', status: 404 }],
    ['listed', { code: 'BAD_REQUEST', status: 400, details: { faults: ['one', 'two'] } }],
    ['rpc', { code: 'ERROR', message: 'none left', status: 500 }],
    ['plain', { code: 'INTERNAL', message: 'Internal error', status: 500 }],
  ])('callers by NATS are told of %s what was meant for them', async (kind, told) => {
    await hybrid();
    const error = await failure(kind);
    expect(error).toMatchObject(told);
    expect(everythingOf(error)).not.toContain(SECRET);
  });

  it('callers by HTTP are told what Nest tells', async () => {
    const { url } = await hybrid();
    const missing = { statusCode: 404, error: 'Not Found', message: 'no such order' };
    expect(await get(`${url}/missing`)).toEqual({ status: 404, body: missing });
    const plain = { statusCode: 500, message: 'Internal server error' };
    expect(await get(`${url}/plain`)).toEqual({ status: 500, body: plain });
    expect(await get(`${url}/nowhere`)).toMatchObject({ status: 404, body: { statusCode: 404 } });
  });

  it.each(['plain', 'not found', 'listed'])(
    'callers by another transport are told nothing of %s',
    async (kind) => {
      const { tcp } = await hybrid();
      expect(await tcp(kind)).toEqual({ status: 'error', message: 'Internal server error' });
    },
  );

  it('callers by another transport are told what an RpcException holds', async () => {
    const { tcp } = await hybrid();
    expect(await tcp('rpc')).toEqual({ status: 'error', message: 'none left' });
  });

  it.each(['plain', 'rpc'])('Nest logs the events of another transport: %s', async (kind) => {
    const { tell } = await hybrid();
    const log = captureLog();
    try {
      await tell(kind);
      await waitFor(() => log.lines.some((line) => line.startsWith('error')), {
        what: 'the line in the log',
      });
    } finally {
      log.stop();
    }
    expect(log.lines).toEqual([expect.stringContaining(FAILURES[kind]!().message)]);
  });

  it('a filter of the application for everything comes first, for NATS and HTTP', async () => {
    const { url, tcp } = await hybrid([CATCH_ALL]);
    expect(await failure('not found')).toMatchObject({ code: 'CAUGHT', message: 'rpc' });
    expect(await tcp('plain')).toEqual({ code: 'CAUGHT', message: 'rpc' });
    expect(await get(`${url}/plain`)).toEqual({ status: 418, body: { caught: 'http' } });
  });

  it('what is called by way of Nest without a type throws what it throws', async () => {
    const { app } = await hybrid();
    const work = (): never => {
      throw FAILURES['plain']!();
    };
    const call = app.get(ExternalContextCreator).create({ work }, work, 'work');
    await expect(call('of', {})).rejects.toThrow(SECRET);
  });

  it('HTTP is as it was in an application that is made for a test', async () => {
    class TestModule {}
    const imports = [NatsModule.forRoot({ servers: bench.server.url })];
    Module({ imports, controllers: [Orders] })(TestModule);
    const module = await Test.createTestingModule({ imports: [TestModule] }).compile();
    const app = module.createNestApplication();
    bench.own(() => app.close());
    await app.listen(0, '127.0.0.1');
    expect(await get(`${await app.getUrl()}/missing`)).toMatchObject({ status: 404 });
  });
});

it('NatsExceptionFilter, set by the application, leaves other transports as they are', async () => {
  const { tcp } = await hybrid([{ provide: APP_FILTER, useClass: NatsExceptionFilter }]);
  expect(await tcp('plain')).toEqual({ status: 'error', message: 'Internal server error' });
  expect(await failure('not found')).toMatchObject({ code: 'NOT_FOUND' });
});
