import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Quarantine, type Quarantined } from './quarantine.js';

/** A message whose handler ends when the test says so. */
class Suspect implements Quarantined {
  ran = false;
  skipped = false;
  finish: () => void = () => undefined;

  run(): Promise<void> {
    this.ran = true;
    return new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  skip(): void {
    this.skipped = true;
  }
}

const suspects = (count: number): Suspect[] => Array.from({ length: count }, () => new Suspect());
const ran = (all: readonly Suspect[]): boolean[] => all.map((suspect) => suspect.ran);

describe('Quarantine', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('handles one at a time, in order', async () => {
    const quarantine = new Quarantine();
    const all = suspects(3);
    for (const suspect of all) quarantine.submit(suspect);
    expect(ran(all)).toEqual([true, false, false]);
    expect(quarantine.waitingCount).toBe(2);
    all[0]!.finish();
    await jest.advanceTimersByTimeAsync(0);
    expect(ran(all)).toEqual([true, true, false]);
    all[1]!.finish();
    all[2]!.finish();
    await jest.advanceTimersByTimeAsync(0);
    expect(ran(all)).toEqual([true, true, true]);
  });

  it('is not held up for ever by a handler that hangs, and lets one in when that ends', async () => {
    const quarantine = new Quarantine({ patienceMs: 1_000 });
    const all = suspects(3);
    for (const suspect of all) quarantine.submit(suspect);
    await jest.advanceTimersByTimeAsync(999);
    expect(ran(all)).toEqual([true, false, false]);
    await jest.advanceTimersByTimeAsync(1);
    expect(ran(all)).toEqual([true, true, false]);
    all[0]!.finish();
    await jest.advanceTimersByTimeAsync(0);
    expect(ran(all)).toEqual([true, true, false]);
  });

  it('skips what waits when it is closed, and leaves what runs', async () => {
    const quarantine = new Quarantine();
    const [running, waiting, late] = suspects(3) as [Suspect, Suspect, Suspect];
    quarantine.submit(running);
    quarantine.submit(waiting);
    quarantine.close();
    expect([running.skipped, waiting.skipped]).toEqual([false, true]);
    quarantine.submit(late);
    expect(late.skipped).toBe(true);
    running.finish();
    await jest.advanceTimersByTimeAsync(0);
    expect(ran([waiting, late])).toEqual([false, false]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
