import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { headers, type Msg } from '@nats-io/transport-node';
import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { lastValueFrom, type Observable, toArray } from 'rxjs';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { GatherOptions } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Has requests on `gather.ask` answered by each of these. */
async function responders(...answers: ((message: Msg) => unknown)[]): Promise<void> {
  const peer = await bench.peer();
  for (const answer of answers) {
    peer.subscribe('gather.ask', { callback: (_, message) => void answer(message) });
  }
  await peer.flush();
}

const value = (text: string) => (message: Msg) => message.respond(JSON.stringify(text));
const silence = (): void => undefined;

function error(code: string): (message: Msg) => void {
  const hdrs = headers();
  hdrs.set('Nats-Service-Error-Code', '500');
  return (message) =>
    void message.respond(JSON.stringify({ code, message: 'm' }), { headers: hdrs });
}

function gather(options: GatherOptions): Promise<unknown[]> {
  return all(bench.client().gather('gather.ask', {}, options));
}

function all<T>(source: Observable<T>): Promise<T[]> {
  return lastValueFrom(source.pipe(toArray()));
}

async function timed<T>(work: Promise<T>): Promise<{ result: T; elapsedMs: number }> {
  const start = performance.now();
  const result = await work;
  return { result, elapsedMs: performance.now() - start };
}

@Controller()
class Member {
  private readonly number = randomUUID();

  @MessagePattern('gather.members')
  answer(): string {
    return this.number;
  }
}

describe('N5: five apps answer one request', () => {
  it('and max: 3 gives exactly three answers, without waiting for the time', async () => {
    for (let i = 0; i < 5; i++) await bench.listen([Member]);
    const client = bench.client();
    await client.connect();
    const { result, elapsedMs } = await timed(
      all(client.gather('gather.members', {}, { max: 3, timeoutMs: 20_000 })),
    );
    expect(result).toHaveLength(3);
    expect(new Set(result).size).toBe(3);
    expect(elapsedMs).toBeLessThan(10_000);
  });

  it('and without max all five come, and the end at the deadline', async () => {
    for (let i = 0; i < 5; i++) await bench.listen([Member]);
    const client = bench.client();
    await client.connect();
    const { result, elapsedMs } = await timed(
      all(client.gather('gather.members', {}, { timeoutMs: 300 })),
    );
    expect(new Set(result).size).toBe(5);
    expect(elapsedMs).toBeGreaterThanOrEqual(299);
  });
});

describe('N5: gather()', () => {
  it('gives each answer as it comes', async () => {
    await responders(value('now'), (message) => bench.own(() => message.respond('"later"')));
    const seen: unknown[] = [];
    const first = new Promise<void>((resolve) => {
      const subscription = bench
        .client()
        .gather('gather.ask', {}, { timeoutMs: 20_000 })
        .subscribe((answer) => {
          seen.push(answer);
          resolve();
        });
      bench.own(() => subscription.unsubscribe());
    });
    await first;
    expect(seen).toEqual(['now']);
  });

  it('completes without a value when nobody answers in time', async () => {
    await responders(silence);
    await expect(gather({ timeoutMs: 50 })).resolves.toEqual([]);
  });

  it('fails with NO_RESPONDERS when nobody subscribes', async () => {
    const { result, elapsedMs } = await timed(rejection(gather({ timeoutMs: 20_000 })));
    expect(result).toMatchObject({ code: 'NO_RESPONDERS' });
    expect(elapsedMs).toBeLessThan(5_000);
  });

  it('fails with CONNECTION_LOST when the connection breaks', async () => {
    await responders(value('one'), silence);
    const client = bench.client({ reconnectTimeWait: 20, reconnectJitter: 0 });
    const seen: unknown[] = [];
    const outcome = new Promise((resolve, reject) => {
      client.gather('gather.ask', {}, { timeoutMs: 20_000 }).subscribe({
        next: (answer) => {
          seen.push(answer);
          void client.unwrap().reconnect();
        },
        error: reject,
        complete: () => resolve('completed'),
      });
    });
    await expect(outcome).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(seen).toEqual(['one']);
  });

  it('gives no value for an empty answer, which counts', async () => {
    await responders((message) => message.respond(), value('full'), silence);
    await expect(gather({ max: 2, timeoutMs: 20_000 })).resolves.toEqual(['full']);
  });

  it('takes max: 1', async () => {
    await responders(value('one'), value('two'));
    await expect(gather({ max: 1, timeoutMs: 20_000 })).resolves.toHaveLength(1);
  });

  it.each<GatherOptions>([{ max: 0 }, { max: 1.5 }, { stallMs: 0 }, { stallMs: Number.NaN }])(
    'refuses %j',
    (options) => {
      expect(() => bench.client().gather('gather.ask', {}, options)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTIONS' }),
      );
    },
  );
});

describe('N5: stallMs', () => {
  it('ends the wait when no answer follows another', async () => {
    await responders(value('a'), value('b'), silence);
    const { result, elapsedMs } = await timed(gather({ stallMs: 100, timeoutMs: 20_000 }));
    expect(new Set(result)).toEqual(new Set(['a', 'b']));
    expect(elapsedMs).toBeGreaterThanOrEqual(99);
    expect(elapsedMs).toBeLessThan(10_000);
  });

  it('is counted from each answer anew', async () => {
    await responders(async (message) => {
      for (const n of [1, 2, 3, 4]) {
        message.respond(`${n}`);
        await delay(100);
      }
    });
    // 300 ms pass between the first and the last answer
    const { result, elapsedMs } = await timed(gather({ stallMs: 250, timeoutMs: 20_000 }));
    expect(result).toEqual([1, 2, 3, 4]);
    expect(elapsedMs).toBeLessThan(10_000);
  });

  it('does not begin before the first answer', async () => {
    await responders(async (message) => {
      await delay(150);
      message.respond('"late"');
    });
    await expect(gather({ stallMs: 20, timeoutMs: 20_000 })).resolves.toEqual(['late']);
  });

  it('does not go beyond the time for all', async () => {
    const stop = new AbortController();
    bench.own(() => stop.abort());
    await responders(async (message) => {
      while (!stop.signal.aborted) {
        message.respond('1');
        await delay(20);
      }
    });
    const { elapsedMs } = await timed(gather({ stallMs: 10_000, timeoutMs: 200 }));
    expect(elapsedMs).toBeGreaterThanOrEqual(199);
    expect(elapsedMs).toBeLessThan(5_000);
  });
});

describe('N5: a responder that fails', () => {
  it('is reported to onError; the answers of the others are given', async () => {
    // one after the other: the order in which a server asks several is not defined
    const answers = [value('a'), error('FIRST'), value('b'), error('SECOND'), value('c')];
    await responders((message) => answers.forEach((answer) => answer(message)));
    const errors: unknown[] = [];
    const values = await gather({
      max: 5,
      timeoutMs: 20_000,
      onError: (failure) => errors.push(failure),
    });
    expect(values).toEqual(['a', 'b', 'c']);
    expect(errors).toMatchObject([
      { name: 'RemoteError', code: 'FIRST', status: 500 },
      { name: 'RemoteError', code: 'SECOND', status: 500 },
    ]);
  });

  it('counts as an answer', async () => {
    await responders(error('NO'), value('yes'), silence);
    await expect(gather({ max: 2, timeoutMs: 20_000 })).resolves.toEqual(['yes']);
  });

  it('may be one whose answer cannot be read', async () => {
    await responders((message) => message.respond('{"open":'), value('fine'));
    const errors: unknown[] = [];
    const values = await gather({
      max: 2,
      timeoutMs: 20_000,
      onError: (failure) => errors.push(failure),
    });
    expect(values).toEqual(['fine']);
    expect(errors).toMatchObject([{ code: 'DECODE_FAILED' }]);
  });

  it('fails the whole when onError throws', async () => {
    await responders(error('NO'), value('yes'));
    const onError = (failure: unknown): never => {
      throw new Error('strict', { cause: failure });
    };
    await expect(gather({ timeoutMs: 20_000, onError })).rejects.toMatchObject({
      message: 'strict',
      cause: { code: 'NO' },
    });
  });
});
