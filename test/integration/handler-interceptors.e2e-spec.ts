import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CallHandler,
  Controller,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { from, type Observable, tap } from 'rxjs';
import type { NatsInterceptor, NatsOperation } from 'nestjs-nats';
import { captureLog } from '../support/captured-log.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const log: string[] = [];

class NestOwn implements NestInterceptor {
  intercept(_: unknown, next: CallHandler): Observable<unknown> {
    log.push('nest before');
    return next.handle().pipe(tap(() => log.push('nest after')));
  }
}

@Controller()
class Service {
  @MessagePattern('inner.double')
  double(@Payload() n: number): number {
    log.push(`handler ${n}`);
    return n * 2;
  }

  @UseInterceptors(new NestOwn())
  @MessagePattern('inner.nested')
  nested(@Payload() n: number): number {
    return this.double(n);
  }

  @MessagePattern('inner.count')
  count(): Observable<number> {
    return from([1, 2]).pipe(tap((n) => log.push(`emits ${n}`)));
  }

  @MessagePattern('inner.fail')
  fail(): never {
    throw new RpcException({ code: 'NO', message: 'no' });
  }

  @EventPattern('inner.event')
  async onEvent(@Payload() data: unknown): Promise<void> {
    await new Promise(setImmediate);
    log.push(`event ${JSON.stringify(data)}`);
  }

  @EventPattern<string>('inner.event.fail')
  onEventFails(): never {
    throw new RpcException('the event fails');
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(async () => {
  await bench.clear();
  log.length = 0;
});
afterAll(() => bench.stop());

function noting(name: string): NatsInterceptor {
  return async (operation, next) => {
    log.push(`${name} enters ${operation.kind} ${operation.subject}`);
    try {
      const result = await next();
      log.push(`${name} leaves with ${JSON.stringify(result)}`);
    } catch (error) {
      log.push(`${name} sees a failure`);
      throw error;
    }
    return undefined;
  };
}

describe('U8: interceptors of a strategy', () => {
  it("stand around Nest's own and the handler, the first outermost", async () => {
    await bench.listen([Service], { interceptors: [noting('a'), noting('b')] });
    await expect(bench.client().request('inner.nested', 1)).resolves.toBe(2);
    await waitFor(() => log.length === 7, { what: 'the interceptors to be left' });
    expect(log).toEqual([
      'a enters process inner.nested',
      'b enters process inner.nested',
      'nest before',
      'handler 1',
      'nest after',
      'b leaves with undefined',
      'a leaves with undefined',
    ]);
  });

  it('are left when the last answer of a stream is sent', async () => {
    await bench.listen([Service], { interceptors: [noting('a')] });
    await bench.client().request('inner.count', {});
    await waitFor(() => log.length === 4, { what: 'the interceptor to be left' });
    expect(log).toEqual([
      'a enters process inner.count',
      'emits 1',
      'emits 2',
      'a leaves with undefined',
    ]);
  });

  it('are left when an event has been handled', async () => {
    const app = await bench.listen([Service], { interceptors: [noting('a')] });
    await bench.client().publish('inner.event', 1, { confirm: 'flush' });
    await app.close();
    expect(log).toEqual(['a enters process inner.event', 'event 1', 'a leaves with undefined']);
  });

  it('see the operation: kind, subject, decoded data, context, what the handler is for', async () => {
    const seen: NatsOperation[] = [];
    const app = await bench.listen([Service], {
      interceptors: [
        (operation, next) => {
          seen.push(operation);
          return next();
        },
      ],
    });
    const client = bench.client({ headers: { 'X-Trace': 't' } });
    await client.request('inner.double', 3);
    await client.publish('inner.event', { a: 1 }, { confirm: 'flush' });
    await app.close();
    expect(seen).toMatchObject([
      { kind: 'process', subject: 'inner.double', data: 3, handler: 'request' },
      { kind: 'process', subject: 'inner.event', data: { a: 1 }, handler: 'event' },
    ]);
    const [first] = seen;
    expect(first!.kind === 'process' && first!.context.headers?.get('X-Trace')).toBe('t');
  });

  it('see the failure of a request; its caller gets it too', async () => {
    await bench.listen([Service], { interceptors: [noting('a')] });
    await expect(bench.client().request('inner.fail', {})).rejects.toMatchObject({ code: 'NO' });
    expect(log).toEqual(['a enters process inner.fail', 'a sees a failure']);
  });

  it('see the failure of an event, which is logged', async () => {
    const app = await bench.listen([Service], { interceptors: [noting('a')] });
    const captured = captureLog();
    await bench.client().publish('inner.event.fail', 1, { confirm: 'flush' });
    await app.close();
    captured.stop();
    expect(log).toEqual(['a enters process inner.event.fail', 'a sees a failure']);
    expect(captured.lines.some((line) => line.includes('the event fails'))).toBe(true);
  });

  it('that keep a failure to themselves make it a success: the caller gets an empty answer', async () => {
    const swallowing: NatsInterceptor = (_, next) => next().catch(() => 'not an answer');
    const app = await bench.listen([Service], { interceptors: [swallowing] });
    const captured = captureLog();
    await expect(bench.client().request('inner.fail', {})).resolves.toBeUndefined();
    await bench.client().publish('inner.event.fail', 1, { confirm: 'flush' });
    await app.close();
    captured.stop();
    expect(captured.lines).toEqual([]);
  });

  it('that do not call next() keep the message from its handler: an empty answer', async () => {
    const app = await bench.listen([Service], { interceptors: [() => Promise.resolve('no')] });
    await expect(bench.client().request('inner.double', 1)).resolves.toBeUndefined();
    await bench.client().publish('inner.event', 1, { confirm: 'flush' });
    await app.close();
    expect(log).toEqual([]);
  });

  it('replace a failure by what they throw', async () => {
    const translating: NatsInterceptor = async (_, next) => {
      try {
        return await next();
      } catch {
        throw new RpcException({ code: 'TRANSLATED', message: 'm' });
      }
    };
    await bench.listen([Service], { interceptors: [translating] });
    await expect(bench.client().request('inner.fail', {})).rejects.toMatchObject({
      code: 'TRANSLATED',
    });
  });

  it('refuse a message by throwing, synchronously too: INTERNAL, unless it is an RpcException', async () => {
    const refusing: NatsInterceptor = ({ data }) => {
      throw data === 1 ? new RpcException({ code: 'REFUSED', message: 'm' }) : new Error('secret');
    };
    await bench.listen([Service], { interceptors: [refusing] });
    const client = bench.client();
    await expect(client.request('inner.double', 1)).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(client.request('inner.double', 2)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'Internal error',
    });
    expect(log).toEqual([]);
  });

  it('refuse a message by what isIdle throws', async () => {
    const unsure: NatsInterceptor = Object.assign(noting('a'), {
      isIdle: () => {
        throw new RpcException({ code: 'UNSURE', message: 'm' });
      },
    });
    await bench.listen([Service], { interceptors: [unsure] });
    await expect(bench.client().request('inner.double', 1)).rejects.toMatchObject({
      code: 'UNSURE',
    });
    expect(log).toEqual([]);
  });

  it('cannot call next() twice: the handler runs once', async () => {
    const twice: NatsInterceptor = async (_, next) => {
      await next();
      await next();
    };
    const app = await bench.listen([Service], { interceptors: [twice] });
    const captured = captureLog();
    await bench.client().publish('inner.event', 1, { confirm: 'flush' });
    await app.close();
    captured.stop();
    expect(log).toEqual(['event 1']);
    expect(captured.lines.some((line) => line.includes('next() a second time'))).toBe(true);
  });

  it('are not asked about what cannot be read', async () => {
    const app = await bench.listen([Service], { interceptors: [noting('a')] });
    const peer = await bench.peer();
    await peer.request('inner.double', '{"open":', { timeout: 5_000 });
    await app.close();
    expect(log).toEqual([]);
  });
});
