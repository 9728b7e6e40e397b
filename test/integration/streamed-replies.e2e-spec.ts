import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import {
  concat,
  EMPTY,
  finalize,
  from,
  interval,
  lastValueFrom,
  map,
  NEVER,
  type Observable,
  of,
  take,
  throwError,
  toArray,
} from 'rxjs';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Streams {
  @MessagePattern('streams.count')
  count(@Payload() upTo: number): Observable<number> {
    return from(Array.from({ length: upTo }, (_, i) => i));
  }

  @MessagePattern('streams.ticks')
  ticks(@Payload() count: number): Observable<number> {
    return interval(5).pipe(take(count));
  }

  @MessagePattern('streams.mixed')
  mixed(): Observable<unknown> {
    return of(null, '', 0, false, undefined, { last: true });
  }

  @MessagePattern('streams.empty')
  empty(): Observable<never> {
    return EMPTY;
  }

  @MessagePattern('streams.fails')
  fails(): Observable<number> {
    const failure = new RpcException({ code: 'DRIED_UP', message: 'no more' });
    return concat(
      of(1, 2),
      throwError(() => failure),
    );
  }

  @MessagePattern('streams.stalls')
  stalls(): Observable<number> {
    return concat(of(1, 2), NEVER);
  }

  @MessagePattern('streams.promised')
  async promised(): Promise<Observable<string>> {
    await new Promise(setImmediate);
    return of('a', 'b').pipe(map((text) => text.toUpperCase()));
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function all(subject: string, data: unknown = {}): Promise<unknown[]> {
  await bench.listen([Streams]);
  return lastValueFrom(bench.client().send(subject, data).pipe(toArray()));
}

describe('send()', () => {
  it.each([2, 3, 500])(
    'gets all %i values of an Observable, in order, and completes',
    async (n) => {
      await expect(all('streams.count', n)).resolves.toEqual(
        Array.from({ length: n }, (_, i) => i),
      );
    },
  );

  it('gets values that come one after the other', async () => {
    await expect(all('streams.ticks', 5)).resolves.toEqual([0, 1, 2, 3, 4]);
  });

  it('tells every kind of value apart', async () => {
    const values = await all('streams.mixed');
    expect(values).toEqual([null, '', 0, false, undefined, { last: true }]);
  });

  it('completes without a value for an Observable without any', async () => {
    await expect(all('streams.empty')).resolves.toEqual([]);
    await expect(all('streams.count', 0)).resolves.toEqual([]);
  });

  it('gets a stream that a Promise gives', async () => {
    await expect(all('streams.promised')).resolves.toEqual(['A', 'B']);
  });

  it('gets the values before a failure, then the failure', async () => {
    await bench.listen([Streams]);
    const values: unknown[] = [];
    const sent = bench.client().send<number>('streams.fails', {});
    const failed = lastValueFrom(sent.pipe(map((value) => values.push(value))));
    await expect(failed).rejects.toMatchObject({ name: 'RemoteError', code: 'DRIED_UP' });
    expect(values).toEqual([1, 2]);
  });

  it('times out when the next value does not come', async () => {
    await bench.listen([Streams]);
    const values: unknown[] = [];
    const sent = bench.client({ timeoutMs: 100 }).send<number>('streams.stalls', {});
    const failed = lastValueFrom(sent.pipe(map((value) => values.push(value))));
    await expect(failed).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(values).toEqual([1, 2]);
  });

  it('waits anew for each value: a stream may last longer than the timeout', async () => {
    await bench.listen([Streams]);
    // 40 values, 5 ms apart, are 200 ms at least
    const sent = bench.client({ timeoutMs: 150 }).send<number>('streams.ticks', 40);
    await expect(lastValueFrom(sent.pipe(toArray()))).resolves.toHaveLength(40);
  });

  it('may leave early: what still comes disturbs nobody', async () => {
    await bench.listen([Streams]);
    const client = bench.client();
    const first = client.send<number>('streams.count', 500).pipe(take(2), toArray());
    await expect(lastValueFrom(first)).resolves.toEqual([0, 1]);
    await expect(client.request('streams.count', 1)).resolves.toBe(0);
  });
});

describe('request()', () => {
  it('gets the first of many values', async () => {
    await bench.listen([Streams]);
    const client = bench.client();
    await expect(client.request('streams.count', 10)).resolves.toBe(0);
    await expect(client.request('streams.promised', {})).resolves.toBe('A');
  });

  it('gets undefined from an Observable without any', async () => {
    await bench.listen([Streams]);
    await expect(bench.client().request('streams.empty', {})).resolves.toBeUndefined();
  });
});

it('lets go of an endless stream when the app closes', async () => {
  let released = 0;

  @Controller()
  class Endless {
    @MessagePattern('streams.endless')
    ticks(): Observable<number> {
      return interval(5).pipe(finalize(() => released++));
    }
  }

  const app = await bench.listen([Endless], { shutdownTimeoutMs: 50 });
  await expect(bench.client().request('streams.endless', {})).resolves.toBe(0);
  await app.close();
  await waitFor(() => released === 1, { what: 'the stream to be left', timeoutMs: 2_000 });
});
