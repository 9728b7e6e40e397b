import { type Mode, MODES, placeOrder } from './shop-client.js';

/** How many orders a second the shop took in each way. */
export type Throughput = ReadonlyMap<Mode, number>;

/** The same for all ways, or they could not be compared. */
export const CLIENTS = 16;
const DURATION_MS = 2000;
const BAR_CHARS = 32;

/** Places orders for two seconds in each way. @throws Error when one is not taken */
export async function measure(shopUrl: string): Promise<Throughput> {
  const perSecond = new Map<Mode, number>();
  for (const mode of MODES) perSecond.set(mode, await measureOne(shopUrl, mode));
  return perSecond;
}

async function measureOne(shopUrl: string, mode: Mode): Promise<number> {
  const startedAt = performance.now();
  let taken = 0;
  const client = async (): Promise<void> => {
    while (performance.now() - startedAt < DURATION_MS) {
      const { status, message } = await placeOrder(shopUrl, mode);
      if (status !== 201) throw new Error(`an order of mode ${mode} got ${status}: ${message}`);
      taken++;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return (taken * 1000) / (performance.now() - startedAt);
}

/** Lays out throughput as a table with bars. */
export function barsOf(throughput: Throughput): string {
  const most = Math.max(...throughput.values());
  return [...throughput]
    .map(([mode, perSecond]) => {
      const bar = '█'.repeat(Math.max(1, Math.round((perSecond / most) * BAR_CHARS)));
      return `  ${mode.padEnd(8)}  ${perSecond.toFixed(0).padStart(4)} orders/s  ${bar}`;
    })
    .join('\n');
}

/** Says which way is not faster than the one before it. */
export function orderFaults(throughput: Throughput): string[] {
  return MODES.slice(1).flatMap((mode, index) => {
    const before = MODES[index]!;
    const faster = throughput.get(mode)! > throughput.get(before)!;
    return faster ? [] : [`${mode} took no more orders a second than ${before}`];
  });
}
