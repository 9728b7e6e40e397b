import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate as nextTurn } from 'node:timers/promises';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Collects everything that is not in use. */
export async function collectGarbage(): Promise<void> {
  // what ended in this turn is let go in the next
  for (let i = 0; i < 3; i++) {
    await nextTurn();
    collect();
  }
}

/** Gives how many bytes are in use when everything that is not has been collected. */
export async function heapInUse(): Promise<number> {
  await collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
