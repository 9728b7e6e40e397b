import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  Controller,
  HttpException,
  type INestMicroservice,
  InternalServerErrorException,
  NotFoundException,
  StandardSchemaValidationPipe,
} from '@nestjs/common';
import { EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { NatsExceptionFilter, NatsStrategy, type RemoteError } from 'nestjs-nats';
import { z } from 'zod';
import { httpApp, startHybrid } from '../support/http-app.js';
import { NatsBench } from '../support/nats-bench.js';
import { everythingOf, rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const Order = z.object({ sku: z.string().min(1), quantity: z.number().int().positive() });
type Order = z.infer<typeof Order>;

const SECRET = 'password of the database';
const FAILURES: Record<string, () => Error> = {
  'not found': () => new NotFoundException('no such order'),
  teapot: () => new HttpException('short and stout', 418),
  server: () => new InternalServerErrorException(SECRET),
  plain: () => new Error(SECRET),
  rpc: () => new RpcException({ code: 'SOLD_OUT', message: 'none left', details: { left: 0 } }),
  listed: () => new BadRequestException(['one', 'two']),
};

@Controller()
class Orders {
  readonly received: Order[] = [];

  @MessagePattern('orders.create')
  create(@Payload({ schema: Order }) order: Order): number {
    return order.quantity;
  }

  @MessagePattern('orders.fail')
  fail(@Payload() kind: string): never {
    throw FAILURES[kind]!();
  }

  @EventPattern('orders.created')
  created(@Payload({ schema: Order }) order: Order): void {
    this.received.push(order);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function listen(...filters: NatsExceptionFilter[]): Promise<INestMicroservice> {
  const { app } = await bench.create([Orders]);
  app.useGlobalPipes(new StandardSchemaValidationPipe());
  app.useGlobalFilters(...filters);
  await app.listen();
  return app;
}

const INVALID = { sku: '', quantity: 0.5 };
const failure = (subject: string, data: unknown): Promise<RemoteError> =>
  rejection<RemoteError>(bench.client().request(subject, data));

describe('with NatsExceptionFilter', () => {
  beforeEach(() => listen(new NatsExceptionFilter()));

  it('a valid payload passes', async () => {
    const order = { sku: 'A1', quantity: 2, unknown: 'is left out' };
    await expect(bench.client().request('orders.create', order)).resolves.toBe(2);
  });

  it('the caller of an invalid one gets code, message and every fault', async () => {
    const error = await failure('orders.create', INVALID);
    expect(error).toMatchObject({ code: 'BAD_REQUEST', status: 400 });
    expect(error.message).not.toBe('');
    expect(error.details).toEqual({
      faults: [expect.stringMatching(/^sku: /), expect.stringMatching(/^quantity: /)],
    });
  });

  it.each([
    ['not found', { code: 'NOT_FOUND', message: 'no such order', status: 404 }],
    ['teapot', { code: 'ERROR', message: 'short and stout', status: 418 }],
    ['listed', { code: 'BAD_REQUEST', status: 400, details: { faults: ['one', 'two'] } }],
    ['rpc', { code: 'SOLD_OUT', message: 'none left', details: { left: 0 } }],
  ])('%s is told as %j', async (kind, expected) => {
    expect(await failure('orders.fail', kind)).toMatchObject(expected);
  });

  it.each(['server', 'plain'])('%s is told as INTERNAL, without its text', async (kind) => {
    const error = await failure('orders.fail', kind);
    expect(error).toMatchObject({ code: 'INTERNAL', status: 500 });
    expect(everythingOf(error)).not.toContain(SECRET);
  });
});

describe('without NatsExceptionFilter', () => {
  it.each<[subject: string, data: unknown]>([
    ['orders.create', INVALID],
    ['orders.fail', 'not found'],
    ['orders.fail', 'plain'],
  ])('%s with %j is told as INTERNAL', async (subject, data) => {
    await listen();
    const error = await failure(subject, data);
    expect(error).toMatchObject({ code: 'INTERNAL', message: 'Internal error', status: 500 });
    expect(error.details).toBeUndefined();
  });
});

it('an invalid event does not reach its handler, and the next one does', async () => {
  const app = await listen();
  const client = bench.client();
  await client.publish('orders.created', INVALID);
  await client.publish('orders.created', { sku: 'A1', quantity: 1 });
  const { received } = app.get(Orders);
  await waitFor(() => received.length > 0, { what: 'the valid event' });
  expect(received).toEqual([{ sku: 'A1', quantity: 1 }]);
});

it('in a hybrid app the filter leaves HTTP as it was', async () => {
  const app = await httpApp(bench, { controllers: [Orders] });
  app.useGlobalPipes(new StandardSchemaValidationPipe());
  app.useGlobalFilters(new NatsExceptionFilter(app.getHttpAdapter()));
  const url = await startHybrid(app, [new NatsStrategy({ servers: bench.server.url })]);
  expect(await failure('orders.create', INVALID)).toMatchObject({ code: 'BAD_REQUEST' });
  const response = await fetch(`${url}/nowhere`);
  expect(response.status).toBe(404);
  await expect(response.json()).resolves.toMatchObject({ statusCode: 404 });
});
