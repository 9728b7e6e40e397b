import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { InFlight } from './in-flight.js';

function begun(count: number): InFlight {
  const inFlight = new InFlight();
  for (let i = 0; i < count; i++) inFlight.begin();
  return inFlight;
}

describe('InFlight', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('counts what has begun and is not over', () => {
    const inFlight = begun(2);
    expect(inFlight.size).toBe(2);
    inFlight.end();
    expect(inFlight.size).toBe(1);
    inFlight.end();
    expect(inFlight.size).toBe(0);
  });

  it('is settled at once when nothing is under way', async () => {
    expect(await new InFlight().settled(1_000)).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is settled when the last is over, with no timer left', async () => {
    const inFlight = begun(2);
    let settled: number | undefined;
    const wait = inFlight.settled(1_000).then((left) => (settled = left));
    inFlight.end();
    await jest.advanceTimersByTimeAsync(500);
    expect(settled).toBeUndefined();
    inFlight.end();
    expect(await wait).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('tells how much is left when the time is over', async () => {
    const inFlight = begun(3);
    const wait = inFlight.settled(1_000);
    inFlight.end();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await wait).toBe(2);
  });

  it('lets several wait, each for its own time', async () => {
    const inFlight = begun(1);
    const [short, long] = [inFlight.settled(10), inFlight.settled(1_000)];
    await jest.advanceTimersByTimeAsync(10);
    expect(await short).toBe(1);
    inFlight.end();
    expect(await long).toBe(0);
  });

  it('waits for what begins while it waits', async () => {
    const inFlight = begun(1);
    const wait = inFlight.settled(1_000);
    inFlight.begin();
    inFlight.end();
    await jest.advanceTimersByTimeAsync(1);
    expect(inFlight.size).toBe(1);
    inFlight.end();
    expect(await wait).toBe(0);
  });

  it('does not wait with a timeout of 0', async () => {
    const inFlight = begun(1);
    const wait = inFlight.settled(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(await wait).toBe(1);
  });

  it('waits no longer when it is hastened, with no timer left', async () => {
    const inFlight = new InFlight();
    inFlight.begin();
    const haste = new AbortController();
    const settled = inFlight.settled(60_000, haste.signal);
    haste.abort();
    expect(await settled).toBe(1);
    expect(await inFlight.settled(60_000, haste.signal)).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});
