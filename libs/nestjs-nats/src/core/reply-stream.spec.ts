import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  asyncScheduler,
  concat,
  delay,
  EMPTY,
  from,
  interval,
  NEVER,
  Observable,
  of,
  range,
  repeat,
  scheduled,
  Subject,
  take,
  throwError,
} from 'rxjs';
import { type ReplyStreamSink, streamReplies } from './reply-stream.js';

/** Notes the answers; throws at the one that `failAt` names, counted from 1. */
class Recorder implements ReplyStreamSink {
  readonly answers: string[] = [];
  readonly failure = new Error('the sink is gone');

  constructor(private readonly failAt = 0) {}

  single(value: unknown): void {
    this.note(`single ${String(value)}`);
  }

  frame(value: unknown, sequence: number): void {
    this.note(`frame ${sequence} ${String(value)}`);
  }

  end(frames: number): void {
    this.note(`end ${frames}`);
  }

  private note(answer: string): void {
    if (this.answers.length + 1 === this.failAt) throw this.failure;
    this.answers.push(answer);
  }
}

/** Gives the answers that a source comes to. */
async function answersTo(source: Observable<unknown>): Promise<string[]> {
  const recorder = new Recorder();
  await streamReplies(source, recorder);
  return recorder.answers;
}

describe('streamReplies', () => {
  it.each<[string, Observable<unknown>, string]>([
    ['a value', of(7), 'single 7'],
    ['undefined', of(undefined), 'single undefined'],
    ['null', of(null), 'single null'],
    ['a promise', from(Promise.resolve('a')), 'single a'],
    ['an array of one', from(['a']), 'single a'],
    ['an infinite source of which one is taken', of('a').pipe(repeat(), take(1)), 'single a'],
  ])('gives a single answer for %s', async (_, source, answer) => {
    expect(await answersTo(source)).toEqual([answer]);
  });

  it('gives an empty single answer when there is no value', async () => {
    expect(await answersTo(EMPTY)).toEqual(['single undefined']);
    expect(await answersTo(scheduled([], asyncScheduler))).toEqual(['single undefined']);
  });

  it.each<[string, Observable<unknown>]>([
    ['several at once', of(0, 1, 2)],
    ['an interval', interval(1).pipe(take(3))],
    ['values each in a turn of its own', scheduled([0, 1, 2], asyncScheduler)],
    ['an infinite source of which some are taken', range(0, Infinity).pipe(take(3))],
    ['values and a late completion', concat(of(0, 1, 2), EMPTY.pipe(delay(5)))],
    ['a value, and more later', concat(of(0), of(1, 2).pipe(delay(5)))],
  ])('gives frames in order and an end for %s', async (_, source) => {
    expect(await answersTo(source)).toEqual(['frame 1 0', 'frame 2 1', 'frame 3 2', 'end 3']);
  });

  it('gives a frame and an end for one value whose completion comes later', async () => {
    const source = new Subject<string>();
    const recorder = new Recorder();
    const done = streamReplies(source, recorder);
    source.next('a');
    expect(recorder.answers).toEqual([]);
    await Promise.resolve();
    expect(recorder.answers).toEqual(['frame 1 a']);
    source.complete();
    await done;
    expect(recorder.answers).toEqual(['frame 1 a', 'end 1']);
  });

  it('gives each later value as soon as it comes', async () => {
    const source = new Subject<number>();
    const recorder = new Recorder();
    const done = streamReplies(source, recorder);
    source.next(1);
    source.next(2);
    expect(recorder.answers).toEqual(['frame 1 1', 'frame 2 2']);
    await Promise.resolve();
    source.next(3);
    expect(recorder.answers).toHaveLength(3);
    source.complete();
    await done;
    expect(recorder.answers).toEqual(['frame 1 1', 'frame 2 2', 'frame 3 3', 'end 3']);
  });

  it('rejects with what the source fails with, first or after some', async () => {
    const failure = new Error('out of stock');
    const first = new Recorder();
    await expect(
      streamReplies(
        throwError(() => failure),
        first,
      ),
    ).rejects.toBe(failure);
    expect(first.answers).toEqual([]);
    const after = new Recorder();
    const source = concat(
      interval(1).pipe(take(2)),
      throwError(() => failure),
    );
    await expect(streamReplies(source, after)).rejects.toBe(failure);
    expect(after.answers).toEqual(['frame 1 0', 'frame 2 1']);
  });

  it('gives a value that came in the same turn as the failure', async () => {
    const failure = new Error('out of stock');
    const recorder = new Recorder();
    const source = concat(
      of('a'),
      throwError(() => failure),
    );
    await expect(streamReplies(source, recorder)).rejects.toBe(failure);
    expect(recorder.answers).toEqual(['frame 1 a']);
  });

  it('leaves a source that emits without pause when the sink throws', async () => {
    const recorder = new Recorder(3);
    let produced = 0;
    const source = new Observable<number>((subscriber) => {
      // bounded, so that a failure is one
      while (!subscriber.closed && produced < 100_000) subscriber.next(++produced);
    });
    await expect(streamReplies(source, recorder)).rejects.toBe(recorder.failure);
    expect(produced).toBe(3);
  });

  it('rejects with whatever is thrown, be it no Error', async () => {
    await expect(
      streamReplies(
        throwError(() => 'text'),
        new Recorder(),
      ),
    ).rejects.toBe('text');
    await expect(
      streamReplies(
        throwError(() => undefined),
        new Recorder(),
      ),
    ).rejects.toBeUndefined();
  });

  it('rejects when subscribing to the source throws', async () => {
    const failure = new Error('cannot begin');
    const source = new Observable<number>(() => {
      throw failure;
    });
    await expect(streamReplies(source, new Recorder())).rejects.toBe(failure);
  });

  it.each([1, 2, 3])('leaves an endless source when the sink throws at answer %d', async (nth) => {
    const recorder = new Recorder(nth);
    let left = 0;
    const source = new Observable<number>((subscriber) => {
      const subscription = interval(1).subscribe(subscriber);
      return () => {
        left++;
        subscription.unsubscribe();
      };
    });
    await expect(streamReplies(source, recorder)).rejects.toBe(recorder.failure);
    expect(left).toBe(1);
    expect(recorder.answers).toHaveLength(nth - 1);
  });

  it('leaves a source that never ends when the sink throws at a held value', async () => {
    const recorder = new Recorder(1);
    await expect(streamReplies(concat(of('a'), NEVER), recorder)).rejects.toBe(recorder.failure);
  });

  it.each<[string, Observable<unknown>, number]>([
    ['the single answer', of('a'), 1],
    ['the end', of('a', 'b'), 3],
    ['the answer to a promise', from(Promise.resolve('a')), 1],
  ])('rejects when the sink throws at %s', async (_, source, failAt) => {
    const recorder = new Recorder(failAt);
    await expect(streamReplies(source, recorder)).rejects.toBe(recorder.failure);
  });

  it('sends nothing more once the sink has thrown', async () => {
    const recorder = new Recorder(2);
    await expect(streamReplies(of(1, 2, 3, 4), recorder)).rejects.toBe(recorder.failure);
    expect(recorder.answers).toEqual(['frame 1 1']);
  });

  it('unsubscribes from a source that has completed or failed', async () => {
    for (const end of [EMPTY, throwError(() => new Error('over'))]) {
      let left = 0;
      const source = new Observable<number>((subscriber) => {
        subscriber.add(() => left++);
        subscriber.add(concat(of(1), end).subscribe(subscriber));
      });
      await streamReplies(source, new Recorder()).catch(() => undefined);
      expect(left).toBe(1);
    }
  });

  it('gives every value once and in order, however they are spread over turns', async () => {
    const groups = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(groups, async (turns) => {
        const source = new Subject<number>();
        const recorder = new Recorder();
        const done = streamReplies(source, recorder);
        for (const values of turns) {
          for (const value of values) source.next(value);
          await Promise.resolve();
        }
        source.complete();
        await done;
        const values = turns.flat();
        const framed = [
          ...values.map((value, i) => `frame ${i + 1} ${value}`),
          `end ${values.length}`,
        ];
        expect(recorder.answers).toEqual(values.length === 0 ? ['single undefined'] : framed);
      }),
    );
  });
});
