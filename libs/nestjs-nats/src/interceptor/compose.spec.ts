import { beforeEach, describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { composeInterceptors } from './compose.js';
import type { NatsInterceptor, NatsOperation } from './interceptor.js';

const operation: NatsOperation = {
  kind: 'publish',
  subject: 'a',
  data: 1,
  headers: headers(),
  payloadBytes: 1,
  server: undefined,
  stream: undefined,
  streamSubject: undefined,
};

/** Notes when it is entered and left. */
const noting =
  (name: string, notes: string[]): NatsInterceptor =>
  async (_, next) => {
    notes.push(`${name} in`);
    try {
      return await next();
    } finally {
      notes.push(`${name} out`);
    }
  };

describe('composeInterceptors', () => {
  it('makes nothing of an empty list', () => {
    expect(composeInterceptors([])()).toBeUndefined();
  });

  it('stands around the work, the first outermost, and gives its result', async () => {
    const notes: string[] = [];
    const chain = composeInterceptors([noting('a', notes), noting('b', notes)])()!;
    const result = await chain(operation, async () => {
      notes.push('work');
      return 7;
    });
    expect(result).toBe(7);
    expect(notes).toEqual(['a in', 'b in', 'work', 'b out', 'a out']);
  });

  it('gives each the operation', async () => {
    const seen: unknown[] = [];
    const look: NatsInterceptor = (given, next) => (seen.push(given), next());
    await composeInterceptors([look, look])()!(operation, () => Promise.resolve());
    expect(seen).toEqual([operation, operation]);
    expect(seen[0]).toBe(operation);
  });

  it('lets the failure of the work through all of them', async () => {
    const notes: string[] = [];
    const failure = new Error('no space left');
    const chain = composeInterceptors([noting('a', notes), noting('b', notes)])()!;
    await expect(chain(operation, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(notes).toEqual(['a in', 'b in', 'b out', 'a out']);
  });

  it('lets one keep a failure to itself, or put another in its place', async () => {
    const keep: NatsInterceptor = (_, next) => next().catch(() => 'kept');
    const replace: NatsInterceptor = (_, next) =>
      next().catch((cause: unknown) => {
        throw new Error('replaced', { cause });
      });
    const fail = (): Promise<never> => Promise.reject(new Error('first'));
    expect(await composeInterceptors([keep, replace])()!(operation, fail)).toBe('kept');
    await expect(composeInterceptors([replace, replace])()!(operation, fail)).rejects.toThrow(
      'replaced',
    );
  });

  it('lets one answer instead of the rest', async () => {
    let worked = false;
    const chain = composeInterceptors([() => Promise.resolve('cached')])()!;
    const work = async (): Promise<void> => {
      worked = true;
    };
    expect(await chain(operation, work)).toBe('cached');
    expect(worked).toBe(false);
  });

  it('rejects with what one throws before it returns a promise', async () => {
    const failure = new TypeError('no such header');
    const chain = composeInterceptors([
      () => {
        throw failure;
      },
    ])()!;
    await expect(chain(operation, () => Promise.resolve())).rejects.toBe(failure);
  });

  it('refuses a second call of next(), and does the work once', async () => {
    let times = 0;
    const twice: NatsInterceptor = async (_, next) => {
      await next();
      return next();
    };
    const work = async (): Promise<void> => {
      times++;
    };
    await expect(composeInterceptors([twice])()!(operation, work)).rejects.toThrow(
      'An interceptor called next() a second time.',
    );
    expect(times).toBe(1);
  });

  it('keeps operations apart that run at a time', async () => {
    const notes: string[] = [];
    const chain = composeInterceptors([noting('a', notes)])()!;
    const run = (result: number): Promise<unknown> =>
      chain(operation, () => Promise.resolve(result));
    expect(await Promise.all([run(1), run(2)])).toEqual([1, 2]);
    expect(notes).toEqual(['a in', 'a in', 'a out', 'a out']);
  });

  describe('with interceptors that may be idle', () => {
    let idle: Set<string>;
    let notes: string[];
    beforeEach(() => {
      idle = new Set();
      notes = [];
    });
    const lazy = (name: string): NatsInterceptor =>
      Object.assign(noting(name, notes), { isIdle: () => idle.has(name) });
    const work = async (): Promise<void> => void notes.push('work');

    it('makes nothing while all of them are', async () => {
      const source = composeInterceptors([lazy('a'), lazy('b')]);
      idle = new Set(['a', 'b']);
      expect(source()).toBeUndefined();
      idle.delete('b');
      await source()!(operation, work);
      expect(notes).toEqual(['b in', 'work', 'b out']);
      idle.add('b');
      expect(source()).toBeUndefined();
    });

    it('leaves out those that are, beside one that never is', async () => {
      const source = composeInterceptors([lazy('a'), noting('b', notes), lazy('c')]);
      idle = new Set(['a', 'c']);
      await source()!(operation, work);
      expect(notes).toEqual(['b in', 'work', 'b out']);
    });

    it('leaves out one that has become idle since', async () => {
      const chain = composeInterceptors([lazy('a'), lazy('b')])()!;
      idle = new Set(['a', 'b']);
      await chain(operation, work);
      expect(notes).toEqual(['work']);
    });

    it('calls isIdle as the method that it is', () => {
      const one: NatsInterceptor = Object.assign(noting('a', notes), {
        isIdle(this: unknown) {
          return this === one;
        },
      });
      expect(composeInterceptors([one])()).toBeUndefined();
    });
  });
});
