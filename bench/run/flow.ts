import type { Pair } from './pair.js';
import type { Heap, Sample } from './sample.js';

/** Lets messages of one scenario flow from the processes of one subject to one another. */
export interface Flow {
  readonly pair: Pair;
  /** Runs are of a multiple of this many messages. */
  readonly step: number;
  /** Lets so many messages flow, and measures that. */
  measure(count: number): Promise<Sample>;
  /** Lets them flow, and measures what is put on the heap. */
  measureHeap(count: number): Promise<Heap>;
}
