/** A kill that is to happen. */
export interface PlannedKill {
  /** When so many messages have been handled. */
  readonly after: number;
  /** And so much later, in milliseconds. */
  readonly delayMs: number;
  readonly what: 'server' | 'worker';
  /** Which of them, as a part of all: from 0 to less than 1. */
  readonly which: number;
}

/** Is where in a run there are kills: not before all have begun, nor when there is little left to do. */
const FIRST = 0.02;
const LAST = 0.92;
const MAX_DELAY_MS = 40;

/** Makes numbers from 0 to less than 1; the same seed makes the same ones. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Decides when whom to kill: at random moments all over a run, half of them servers and half of them workers, in an
 * order that the seed decides.
 */
export function planKills(messages: number, kills: number, seed: number): PlannedKill[] {
  const random = randomFrom(seed);
  const order = Array.from({ length: kills }, (_, i) => ({
    what: i % 2 === 0 ? ('server' as const) : ('worker' as const),
    place: random(),
  })).toSorted((a, b) => a.place - b.place);
  return order.map(({ what }, i) => ({
    // one in each part, so that the second is not due while the first is still felt
    after: Math.floor(messages * (FIRST + ((LAST - FIRST) * (i + random())) / kills)),
    delayMs: Math.floor(random() * MAX_DELAY_MS),
    what,
    which: random(),
  }));
}
