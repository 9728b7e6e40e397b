import type { FaultKind } from './fault-plan.js';

/** What a run is made of. */
export interface ChaosOptions {
  /** How many messages are published. */
  readonly messages: number;
  /** How many faults there are, each kind as often. */
  readonly faults: number;
  readonly kinds: readonly FaultKind[];
  /** Decides what happens when to whom. */
  readonly seed: number;
  /** Three servers and a stream on all of them, in place of one. */
  readonly cluster: boolean;
  readonly workers: number;
  /** How many messages a worker handles at a time. */
  readonly concurrency: number;
  /** How long a handler goes on after its effect, in milliseconds. */
  readonly workMs: number;
}

/** What is not said otherwise. */
export const DEFAULTS = {
  kinds: ['server', 'worker'],
  seed: 1,
  cluster: false,
  workers: 2,
  concurrency: 32,
  workMs: 5,
} as const;
