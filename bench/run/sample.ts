import type { Details } from '../drive/load.js';

/** What one round of one subject came to. */
export interface Sample extends Details {
  /** Messages in a second, or milliseconds. */
  readonly value: number;
  /** Time of the processor for each message, in microseconds. */
  readonly clientCpuUs?: number;
  readonly serverCpuUs?: number;
  /** Resident memory of the processes, in bytes. */
  readonly clientRssBytes?: number;
  readonly serverRssBytes?: number;
}

/** Is how much is put on the heap for each message, in bytes. */
export interface Heap {
  readonly clientHeapBytes?: number;
  readonly serverHeapBytes?: number;
}

/** What all rounds of one subject came to, in order. */
export interface Series extends Heap {
  readonly samples: readonly Sample[];
}
