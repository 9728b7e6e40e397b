import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import {
  ClientProxy,
  ClientsModule,
  Ctx,
  EventPattern,
  MessagePattern,
  Payload,
  RpcException,
} from '@nestjs/microservices';
import { headers } from '@nats-io/transport-node';
import { catchError, from, lastValueFrom, type Observable, of, scan } from 'rxjs';
import {
  NatsClient,
  type NatsClientOptions,
  type NatsMessageContext,
  NatsRecordBuilder,
  NatsStrategy,
} from 'nestjs-nats';
import { httpApp, startHybrid } from '../support/http-app.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

@Controller()
class Gateway {
  readonly notified: unknown[] = [];

  constructor(@Inject('NATS') private readonly client: ClientProxy) {}

  @Post()
  @HttpCode(200)
  call(@Query('command') command: string, @Body() numbers: number[]): Observable<number> {
    return this.client.send<number>(command, numbers);
  }

  @Post('stream')
  @HttpCode(200)
  stream(@Body() numbers: number[]): Observable<number> {
    return this.client.send<number>('streaming.sum', numbers).pipe(scan((a, b) => a + b));
  }

  @Post('concurrent')
  @HttpCode(200)
  async concurrent(@Body() lists: number[][]): Promise<boolean> {
    const ask = (list: number[]): Promise<number> =>
      lastValueFrom(this.client.send<number>('math.sum', list));
    const sums = await Promise.all(lists.map(ask));
    return sums.every((sum, i) => sum === total(lists[i]!));
  }

  @Get('exception')
  exception(): Observable<unknown> {
    return this.client.send('exception', {}).pipe(
      catchError((error: { status: unknown; message: unknown; details: unknown }) => {
        const { status, message, details } = error;
        return of({ status, message, details });
      }),
    );
  }

  @Post('notify')
  async notify(): Promise<void> {
    await lastValueFrom(this.client.emit<void>('notification', true), { defaultValue: undefined });
  }

  @Post('record')
  @HttpCode(200)
  record(@Body() data: unknown): Observable<unknown> {
    const own = headers();
    own.set('x-version', '1.0.0');
    return this.client.send(
      'record-builder-duplex',
      new NatsRecordBuilder(data).setHeaders(own).build(),
    );
  }

  @EventPattern('notification')
  first(@Payload() data: boolean): void {
    this.notified.push(['first', data]);
  }

  @EventPattern('notification')
  second(@Payload() data: boolean): void {
    this.notified.push(['second', data]);
  }
}

@Controller()
class Maths {
  @MessagePattern('math.sum')
  sum(@Payload() numbers: number[]): number {
    return total(numbers);
  }

  @MessagePattern('async.sum')
  async asynchronous(@Payload() numbers: number[]): Promise<number> {
    return Promise.resolve(total(numbers));
  }

  @MessagePattern('stream.sum')
  observable(@Payload() numbers: number[]): Observable<number> {
    return of(total(numbers));
  }

  @MessagePattern('streaming.sum')
  streaming(@Payload() numbers: number[]): Observable<number> {
    return from(numbers);
  }

  @MessagePattern('exception')
  exception(): never {
    throw new RpcException('test');
  }

  @MessagePattern('record-builder-duplex')
  record(@Payload() data: unknown, @Ctx() context: NatsMessageContext): unknown {
    return { data, version: context.getHeaders()?.get('x-version') };
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe.each([
  ['plain', 'plain'],
  ['nest', 'nest'],
  ['plain', 'both'],
  ['nest', 'both'],
] as const)('with the envelope %s of the client and %s of the strategy', (client, strategy) => {
  let url: string;
  let gateway: Gateway;

  beforeEach(async () => {
    const options: NatsClientOptions = { servers: bench.server.url, envelope: client };
    const app = await httpApp(bench, {
      imports: [ClientsModule.register([{ name: 'NATS', customClass: NatsClient, options }])],
      controllers: [Gateway, Maths],
    });
    gateway = app.get(Gateway);
    const served = new NatsStrategy({ servers: bench.server.url, envelope: strategy });
    url = await startHybrid(app, [served]);
  });

  async function call(path: string, body?: unknown): Promise<unknown> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${url}${path}`, {
      ...(body !== undefined && { ...init, body: JSON.stringify(body) }),
    });
    expect(response.status).toBe(200);
    return response.json();
  }

  it.each(['math.sum', 'async.sum', 'stream.sum'])('%s by POST', async (command) => {
    await expect(call(`/?command=${command}`, [1, 2, 3, 4, 5])).resolves.toBe(15);
  });

  it('a stream of answers by POST', async () => {
    await expect(call('/stream', [1, 2, 3, 4, 5])).resolves.toBe(15);
  });

  it('ten requests at once', async () => {
    const lists = Array.from({ length: 10 }, (_, i) => [i, i + 1, i + 2]);
    await expect(call('/concurrent', lists)).resolves.toBe(true);
  });

  it('an exception', async () => {
    await expect(call('/exception')).resolves.toMatchObject({ status: 500, message: 'test' });
  });

  it('an event for two handlers', async () => {
    await fetch(`${url}/notify`, { method: 'POST' });
    await waitFor(() => gateway.notified.length === 2, { what: 'both handlers' });
    expect(gateway.notified).toEqual([
      ['first', true],
      ['second', true],
    ]);
  });

  it('headers by a record builder', async () => {
    await expect(call('/record', { value: 1 })).resolves.toEqual({
      data: { value: 1 },
      version: '1.0.0',
    });
  });
});
