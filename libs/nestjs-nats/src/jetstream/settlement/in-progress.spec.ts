import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import fc from 'fast-check';
import type { DeliveredMessage, Delivery } from '../pull/delivery.js';
import { InProgress, UnderWay } from './in-progress.js';

const WAIT_MS = 1_000;

/** Only its identity matters. */
function delivered(): UnderWay {
  return new UnderWay({} as Msg, {} as Delivery);
}

describe('InProgress', () => {
  let spoken: Map<DeliveredMessage, number[]>;
  let overdue: [message: DeliveredMessage, ms: number, at: number][];
  let inProgress: InProgress;

  const inProgressOf = (waitMs: number): InProgress =>
    new InProgress(waitMs, {
      working: (message) => {
        spoken.set(message, [...(spoken.get(message) ?? []), performance.now()]);
      },
      overdue: (message, ms) => void overdue.push([message, ms, performance.now()]),
    });

  beforeEach(() => {
    jest.useFakeTimers();
    spoken = new Map();
    overdue = [];
    inProgress = inProgressOf(WAIT_MS);
  });

  afterEach(() => {
    inProgress.close();
    jest.useRealTimers();
  });

  it('says nothing of a message that is done in half of the wait', () => {
    const message = delivered();
    inProgress.begin(message);
    jest.advanceTimersByTime(WAIT_MS / 2);
    inProgress.end(message);
    jest.advanceTimersByTime(10 * WAIT_MS);
    expect(spoken.size).toBe(0);
  });

  it('leaves no timer when nothing is under way, and starts one again', () => {
    const [first, second] = [delivered(), delivered()];
    inProgress.begin(first);
    expect(jest.getTimerCount()).toBe(1);
    inProgress.end(first);
    jest.advanceTimersByTime(WAIT_MS);
    expect(jest.getTimerCount()).toBe(0);
    inProgress.begin(second);
    jest.advanceTimersByTime(WAIT_MS);
    expect([...spoken.keys()]).toEqual([second]);
    inProgress.close();
    expect(jest.getTimerCount()).toBe(0);
    expect(inProgress.size).toBe(0);
  });

  it('needs one timer for all', () => {
    for (let i = 0; i < 1_000; i++) inProgress.begin(delivered());
    expect(jest.getTimerCount()).toBe(1);
    expect(inProgress.size).toBe(1_000);
    jest.advanceTimersByTime(WAIT_MS);
    expect(spoken.size).toBe(1_000);
  });

  it.each([
    [1_000, 300_000],
    [30_000, 300_000],
    [60_000, 600_000],
    [7_000, 301_000],
  ])('with a wait of %i ms, says after %i ms and as long again what is overdue', (waitMs, ms) => {
    inProgress = inProgressOf(waitMs);
    const [stuck, long] = [delivered(), delivered()];
    const start = performance.now();
    inProgress.begin(stuck);
    inProgress.begin(long);
    jest.advanceTimersByTime(ms - waitMs);
    inProgress.end(long);
    expect(overdue).toEqual([]);
    jest.advanceTimersByTime(2 * waitMs);
    jest.advanceTimersByTime(ms);
    expect(overdue.map(([message, told]) => [message, told])).toEqual([
      [stuck, ms],
      [stuck, 2 * ms],
    ]);
    for (const [, told, at] of overdue) {
      expect(at - start).toBeGreaterThanOrEqual(told);
      expect(at - start).toBeLessThanOrEqual(told + waitMs);
    }
  });

  it('speaks for every message in time, and for none before its half, whatever comes and goes', () => {
    const life = fc.record({ startMs: fc.nat(3_000), lastsMs: fc.nat(5_000) });
    fc.assert(
      fc.property(fc.array(life, { maxLength: 20 }), (lives) => {
        spoken.clear();
        const zero = performance.now();
        const messages = lives.map((life) => ({ ...life, message: delivered() }));
        for (const { startMs, lastsMs, message } of messages) {
          setTimeout(() => inProgress.begin(message), startMs);
          setTimeout(() => inProgress.end(message), startMs + lastsMs + 1);
        }
        jest.advanceTimersByTime(10_000);
        expect(jest.getTimerCount()).toBe(0);
        for (const { startMs, lastsMs, message } of messages) {
          const start = zero + startMs;
          const times = spoken.get(message) ?? [];
          const marks = [start, ...times, start + lastsMs];
          const gaps = marks.slice(1).map((mark, i) => mark - marks[i]!);
          expect(Math.max(...gaps)).toBeLessThanOrEqual((WAIT_MS * 3) / 4);
          expect(times.at(0) ?? Infinity).toBeGreaterThanOrEqual(start + WAIT_MS / 2);
        }
      }),
      { numRuns: 50 },
    );
  });
});
