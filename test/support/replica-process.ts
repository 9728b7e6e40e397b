import { join } from 'node:path';
import type { StrategySettings } from 'nestjs-nats';
import { WorkerProcess } from './worker-process.js';

/** What a replica is and does; see replica.mjs. */
export interface ReplicaOptions {
  readonly name: string;
  /** The file that all replicas of a test write to. */
  readonly log: string;
  readonly servers: string;
  /** A microservice on its own, or one with an HTTP side. */
  readonly kind: 'pure' | 'hybrid';
  /** How long a handler works besides what it asks of others, in milliseconds. */
  readonly workMs: number;
  /** With the stream `JOBS` among its streams it also handles `jobs.front`. */
  readonly strategy?: Partial<StrategySettings>;
}

/** Starts a replica of a service as a process of its own. */
export function startReplica(options: ReplicaOptions): WorkerProcess<ReplicaOptions> {
  return new WorkerProcess(options, join(import.meta.dirname, 'replica.mjs'));
}
