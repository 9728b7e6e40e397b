import { GCProfiler } from 'node:v8';

/** Is what a process has used so far. */
export interface Usage {
  /** User and system time, in microseconds. */
  readonly cpuUs: number;
  /** Resident memory, in bytes. */
  readonly rssBytes: number;
}

export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system, rssBytes: process.memoryUsage.rss() };
}

/**
 * Measures how much is put on the heap while something runs: what each collection found beyond what
 * the one before it had left. It needs no flags, so that the process runs as it does elsewhere.
 */
export class HeapMeter {
  private readonly profiler = new GCProfiler();
  private readonly before = process.memoryUsage().heapUsed;

  constructor() {
    this.profiler.start();
  }

  /** @returns bytes since the construction */
  stop(): number {
    const now = process.memoryUsage().heapUsed;
    let bytes = 0;
    let left = this.before;
    for (const { beforeGC, afterGC } of this.profiler.stop().statistics) {
      bytes += beforeGC.heapStatistics.usedHeapSize - left;
      left = afterGC.heapStatistics.usedHeapSize;
    }
    return bytes + now - left;
  }
}
