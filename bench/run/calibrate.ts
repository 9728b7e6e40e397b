import type { Flow } from './flow.js';

/** Is how much a run may grow by: what is not compiled yet says little of what comes after. */
const GROWTH = 4;

/**
 * Runs a flow until its code is compiled.
 *
 * @returns how many messages take about `roundMs`
 */
export async function calibrate(flow: Flow, warmUpMs: number, roundMs: number): Promise<number> {
  let count = whole(flow, 500);
  for (let leftMs = warmUpMs; ;) {
    const { value } = await flow.measure(count);
    leftMs -= (count / value) * 1_000;
    const wanted = (value * roundMs) / 1_000;
    if (leftMs <= 0) return whole(flow, wanted);
    count = whole(flow, Math.min(wanted, count * GROWTH));
  }
}

function whole({ step }: Flow, count: number): number {
  return Math.max(1, Math.round(count / step)) * step;
}
