import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { firstValueFrom, from, lastValueFrom, type Observable, toArray } from 'rxjs';
import {
  type NatsInterceptor,
  NatsMessageContext,
  NatsRecordBuilder,
  type NatsOperation,
} from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Service {
  readonly events: unknown[] = [];

  @MessagePattern('outer.double')
  double(@Payload() n: number): number {
    return n * 2;
  }

  @MessagePattern('outer.count')
  count(@Payload() n: number): Observable<number> {
    return from(Array.from({ length: n }, (_, i) => i));
  }

  @MessagePattern('outer.fail')
  fail(): never {
    throw new RpcException({ code: 'NO', message: 'no' });
  }

  @MessagePattern('outer.trace')
  trace(@Ctx() ctx: NatsMessageContext): unknown {
    return Object.fromEntries(ctx.headers ?? []);
  }

  @EventPattern<string>('outer.event')
  onEvent(@Payload() data: unknown, @Ctx() ctx: NatsMessageContext): void {
    this.events.push({ data, trace: ctx.headers?.get('X-Trace') });
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Writes down when it is entered and how it was left. */
function noting(name: string, log: string[]): NatsInterceptor {
  return async (operation, next) => {
    log.push(`${name} enters ${operation.kind} ${operation.subject}`);
    try {
      const result = await next();
      log.push(`${name} leaves with ${JSON.stringify(result)}`);
      return result;
    } catch (error) {
      log.push(`${name} fails with ${(error as { code: string }).code}`);
      throw error;
    }
  };
}

const tracing: NatsInterceptor = (operation, next) => {
  if (operation.kind !== 'process') operation.headers.append('X-Trace', operation.kind);
  return next();
};

describe('U8: interceptors of a client', () => {
  it('stand around a request, the first outermost, and see its answer', async () => {
    await bench.listen([Service]);
    const log: string[] = [];
    const client = bench.client({ interceptors: [noting('a', log), noting('b', log)] });
    await expect(client.request('outer.double', 4)).resolves.toBe(8);
    expect(log).toEqual([
      'a enters request outer.double',
      'b enters request outer.double',
      'b leaves with 8',
      'a leaves with 8',
    ]);
  });

  it('stand around an event, and see nothing of it but that it was sent', async () => {
    const app = await bench.listen([Service]);
    const log: string[] = [];
    const client = bench.client({ interceptors: [noting('a', log), noting('b', log)] });
    await client.publish('outer.event', 1, { confirm: 'flush' });
    await firstValueFrom(client.emit('outer.event', 2), { defaultValue: undefined });
    await client.unwrap().flush();
    await app.close();
    const once = ['a enters publish outer.event', 'b enters publish outer.event'];
    const left = ['b leaves with undefined', 'a leaves with undefined'];
    expect(log).toEqual([...once, ...left, ...once, ...left]);
    expect(app.get(Service).events).toHaveLength(2);
  });

  it('stand around a stream from its request to its end', async () => {
    await bench.listen([Service]);
    const log: string[] = [];
    const client = bench.client({ interceptors: [noting('a', log)] });
    const values = client.send<number>('outer.count', 3);
    values.subscribe((value) => log.push(`value ${value}`));
    await waitFor(() => log.some((line) => line.startsWith('a leaves')), { what: 'the end' });
    expect(log).toEqual([
      'a enters request outer.count',
      'value 0',
      'value 1',
      'value 2',
      'a leaves with undefined',
    ]);
  });

  it('see the end of a stream that is called off', async () => {
    await bench.listen([Service]);
    const log: string[] = [];
    const client = bench.client({ interceptors: [noting('a', log)] });
    await expect(firstValueFrom(client.send('outer.count', 100))).resolves.toBe(0);
    await waitFor(() => log.length === 2, { what: 'the end' });
    expect(log).toEqual(['a enters request outer.count', 'a leaves with undefined']);
  });

  it('see the operation: kind, subject, data without its record, headers', async () => {
    await bench.listen([Service]);
    const seen: NatsOperation[] = [];
    const client = bench.client({
      headers: { Tenant: 'acme' },
      interceptors: [
        (operation, next) => {
          seen.push(operation);
          return next();
        },
      ],
    });
    await client.request('outer.double', new NatsRecordBuilder(2).header('X-Own', 'own').build());
    await client.publish('outer.event', { a: 1 });
    expect(seen).toMatchObject([
      { kind: 'request', subject: 'outer.double', data: 2 },
      { kind: 'publish', subject: 'outer.event', data: { a: 1 } },
    ]);
    const [request] = seen;
    expect(request!.kind === 'request' && Object.fromEntries(request!.headers)).toEqual({
      'X-Own': ['own'],
      Tenant: ['acme'],
    });
  });

  it('may set headers: they travel with requests, streams and events', async () => {
    const app = await bench.listen([Service]);
    const client = bench.client({ interceptors: [tracing] });
    await expect(client.request('outer.trace', {})).resolves.toEqual({ 'X-Trace': ['request'] });
    await expect(firstValueFrom(client.send('outer.trace', {}))).resolves.toEqual({
      'X-Trace': ['request'],
    });
    await client.publish('outer.event', 1, { confirm: 'flush' });
    await app.close();
    expect(app.get(Service).events).toEqual([{ data: 1, trace: 'publish' }]);
  });

  it('see what went wrong', async () => {
    await bench.listen([Service]);
    const log: string[] = [];
    const client = bench.client({ interceptors: [noting('a', log)] });
    await expect(client.request('outer.fail', {})).rejects.toMatchObject({ code: 'NO' });
    await expect(lastValueFrom(client.send('outer.fail', {}))).rejects.toMatchObject({
      code: 'NO',
    });
    await expect(client.request('outer.nobody', {})).rejects.toMatchObject({
      code: 'NO_RESPONDERS',
    });
    expect(log.filter((line) => line.startsWith('a fails'))).toEqual([
      'a fails with NO',
      'a fails with NO',
      'a fails with NO_RESPONDERS',
    ]);
  });

  it('replace the failure by what they throw', async () => {
    await bench.listen([Service]);
    const translating: NatsInterceptor = async (_, next) => {
      try {
        return await next();
      } catch (cause) {
        throw new Error('translated', { cause });
      }
    };
    const client = bench.client({ interceptors: [translating] });
    const translated = { message: 'translated', cause: { code: 'NO' } };
    await expect(client.request('outer.fail', {})).rejects.toMatchObject(translated);
    await expect(lastValueFrom(client.send('outer.fail', {}))).rejects.toMatchObject(translated);
  });

  it('fail the call when they throw before next(): nothing is sent', async () => {
    const app = await bench.listen([Service]);
    const refusing: NatsInterceptor = () => {
      throw new Error('refused');
    };
    const client = bench.client({ interceptors: [refusing] });
    await expect(client.request('outer.double', 1)).rejects.toThrow('refused');
    await expect(lastValueFrom(client.send('outer.double', 1))).rejects.toThrow('refused');
    await expect(client.publish('outer.event', 1)).rejects.toThrow('refused');
    await client.unwrap().flush();
    await app.close();
    expect(app.get(Service).events).toEqual([]);
  });

  it('may answer a request instead', async () => {
    const caching: NatsInterceptor = () => Promise.resolve('from the cache');
    const client = bench.client({ interceptors: [caching] });
    await expect(client.request('outer.nobody', 1)).resolves.toBe('from the cache');
  });

  it('may hold an event back', async () => {
    const app = await bench.listen([Service]);
    const client = bench.client({ interceptors: [() => Promise.resolve()] });
    await expect(client.publish('outer.event', 1)).resolves.toBeUndefined();
    await client.unwrap().flush();
    await app.close();
    expect(app.get(Service).events).toEqual([]);
  });

  it('cannot call next() twice: the second call fails, and sends nothing', async () => {
    const app = await bench.listen([Service]);
    const twice: NatsInterceptor = async (_, next) => {
      await next();
      return next();
    };
    const client = bench.client({ interceptors: [twice] });
    await expect(client.publish('outer.event', 1)).rejects.toThrow(/next\(\) a second time/);
    await expect(client.request('outer.double', 1)).rejects.toThrow(/next\(\) a second time/);
    await client.unwrap().flush();
    await app.close();
    expect(app.get(Service).events).toHaveLength(1);
  });

  it('send nothing when isIdle throws', async () => {
    const app = await bench.listen([Service]);
    const unsure: NatsInterceptor = Object.assign(noting('a', []), {
      isIdle: () => {
        throw new RangeError('unsure');
      },
    });
    const client = bench.client({ interceptors: [unsure] });
    await expect(client.publish('outer.event', 1)).rejects.toThrow('unsure');
    await expect(client.request('outer.double', 1)).rejects.toThrow('unsure');
    await expect(firstValueFrom(client.send('outer.double', 1))).rejects.toThrow('unsure');
    await expect(firstValueFrom(client.gather('outer.double', 1))).rejects.toThrow('unsure');
    await client.unwrap().flush();
    await app.close();
    expect(app.get(Service).events).toEqual([]);
  });
});

it('U8: a stream with interceptors gives all its values, also when they wait', async () => {
  await bench.listen([Service]);
  const waiting: NatsInterceptor = async (_, next) => {
    await new Promise(setImmediate);
    const result = await next();
    await new Promise(setImmediate);
    return result;
  };
  const client = bench.client({ interceptors: [waiting, waiting] });
  await expect(lastValueFrom(client.send('outer.count', 5).pipe(toArray()))).resolves.toEqual([
    0, 1, 2, 3, 4,
  ]);
});
