import type { ChaosOptions } from './chaos-options.js';
import type { Fault, Verdict } from './oracle.js';

/** How far a run had come at a moment. */
export interface Sample {
  /** Milliseconds since the first message was allowed. */
  readonly ms: number;
  readonly acked: number;
  readonly handled: number;
}

/** What a run has come to. */
export interface ChaosResult {
  readonly options: ChaosOptions;
  readonly serverVersion: string;
  /** When the first message was allowed, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly tookMs: number;
  readonly verdict: Verdict;
  /** How many messages the stream holds in the end. */
  readonly stored: number;
  readonly deadLetters: number;
  readonly samples: readonly Sample[];
  /** What is wrong, a sentence each. */
  readonly complaints: readonly string[];
}

/** What somebody sees who watches. */
export interface Watcher {
  progress(now: Sample & { readonly attempted: number; readonly faults: number }): void;
  inflicted(fault: Fault): void;
}
