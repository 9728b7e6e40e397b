import { describe, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import { concat, delay, EMPTY, from, interval, of, Subject, take, tap, throwError } from 'rxjs';
import fc from 'fast-check';
import { cancelContext, NatsMessageContext } from '../../message/context.js';
import { compilePattern } from '../../subject/pattern.js';
import { completion, failureText } from './handler-result.js';

const MESSAGE = { subject: 'a', data: new Uint8Array(0) } as Msg;

const contextOf = (): NatsMessageContext => new NatsMessageContext(MESSAGE, compilePattern('a'));

async function completed(result: unknown, context = contextOf()): Promise<void> {
  await completion(result, context);
}

describe('completion', () => {
  it.each([undefined, null, 0, 'a', {}, [], () => 1])('is at once for %p', async (result) => {
    await expect(completed(result)).resolves.toBeUndefined();
  });

  it.each([
    ['nothing', EMPTY],
    ['a value', of(1)],
    ['values', interval(1).pipe(take(3))],
    ['a promise', from(Promise.resolve(1))],
  ])('comes after an Observable of %s', async (_, source) => {
    let ended = false;
    const watched = source.pipe(tap({ complete: () => (ended = true) }));
    await expect(completed(watched)).resolves.toBeUndefined();
    expect(ended).toBe(true);
  });

  it('waits for the end, not for the first value', async () => {
    const source = new Subject<number>();
    let done = false;
    const wait = completed(source).then(() => (done = true));
    source.next(1);
    await Promise.resolve();
    expect(done).toBe(false);
    source.complete();
    await wait;
  });

  it('rejects with what the Observable fails with, also after values', async () => {
    const failure = new Error('no space left');
    await expect(completed(throwError(() => failure))).rejects.toBe(failure);
    const late = concat(of(1), throwError(() => failure).pipe(delay(1)));
    await expect(completed(late)).rejects.toBe(failure);
    await expect(completed(throwError(() => ({ status: 'error' })))).rejects.toEqual({
      status: 'error',
    });
  });

  it('is over, and the Observable left, when the handling is cut short', async () => {
    const [context, source] = [contextOf(), new Subject<number>()];
    const wait = completed(source, context);
    const reason = new Error('stop');
    cancelContext(context, reason);
    await expect(wait).rejects.toBe(reason);
    expect(source.observed).toBe(false);
  });

  it('does not begin an Observable when the handling was cut short before', async () => {
    const [context, source] = [contextOf(), new Subject<number>()];
    cancelContext(context, new Error('stop'));
    const wait = completed(source, context);
    expect(source.observed).toBe(false);
    await expect(wait).rejects.toThrow('stop');
  });
});

describe('failureText', () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;

  it.each([
    [new Error('m'), 'm'],
    [new TypeError(''), ''],
    ['text', 'text'],
    [new Error('a\nb'), 'a b'],
    ['a\r\n  b\u2028c', 'a b c'],
    [{ message: 'a\n\nb' }, 'a b'],
    [{ message: 'm', status: 'error' }, 'm'],
    [{ message: 7 }, '{"message":7}'],
    [{ a: 1 }, '{"a":1}'],
    [[1, 2], '[1,2]'],
    [null, 'null'],
    [undefined, 'undefined'],
    [7, '7'],
    [7n, 'bigint'],
    [Symbol('a'), 'symbol'],
    [() => 1, 'function'],
    [circular, 'object'],
  ])('prints %p', (failure, text) => {
    expect(failureText(failure)).toBe(text);
  });

  it('prints anything without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), (failure) => {
        expect(typeof failureText(failure)).toBe('string');
      }),
    );
  });
});
