/**
 * What can happen: `server`, `worker`: a kill -9; `roll`: a worker ends in good order when another has taken its place;
 * `step-down`: the leaders of stream and consumer hand over; `lame-duck`: a server sends its clients away, and ends.
 */
export type FaultKind = 'server' | 'worker' | 'roll' | 'step-down' | 'lame-duck';

/** A fault that is to happen. */
export interface PlannedFault {
  /** When so many messages have been handled. */
  readonly after: number;
  /** And so much later, in milliseconds. */
  readonly delayMs: number;
  readonly what: FaultKind;
  /** To which of them, as a part of all: from 0 to less than 1. */
  readonly which: number;
}

/** Is where in a run there are faults: not before all have begun, nor when there is little left to do. */
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

/** Decides what happens when to whom: at random moments all over a run, each kind as often, in a random order. */
export function planFaults(
  messages: number,
  faults: number,
  seed: number,
  kinds: readonly FaultKind[],
): PlannedFault[] {
  const random = randomFrom(seed);
  const order = Array.from({ length: faults }, (_, i) => ({
    what: kinds[i % kinds.length]!,
    place: random(),
  })).toSorted((a, b) => a.place - b.place);
  return order.map(({ what }, i) => ({
    // one in each part, so that the second is not due while the first is still felt
    after: Math.floor(messages * (FIRST + ((LAST - FIRST) * (i + random())) / faults)),
    delayMs: Math.floor(random() * MAX_DELAY_MS),
    what,
    which: random(),
  }));
}
