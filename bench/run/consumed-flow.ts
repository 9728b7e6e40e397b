import type { Flow } from './flow.js';
import type { Pair } from './pair.js';
import type { Heap, Sample } from './sample.js';
import type { StreamStage } from './stream-stage.js';

/**
 * Is a flow from a stream: the messages are there before the consumer is let at them, so that only
 * the consuming is measured.
 */
export class ConsumedFlow implements Flow {
  readonly step = 1;

  constructor(
    readonly pair: Pair,
    private readonly stage: StreamStage,
    private readonly bytes: number,
  ) {}

  async measure(count: number): Promise<Sample> {
    const { server } = this.pair;
    await this.stage.fill(count, this.bytes);
    await server.call('count', count);
    const before = await server.call('usage');
    await this.stage.resume(this.bytes);
    // from the first message on, so that it does not count how fast the consumer was let go
    const ms = await server.call('counted');
    const after = await server.call('usage');
    await this.stage.settled();
    return {
      value: ((count - 1) * 1_000) / ms,
      serverCpuUs: (after.cpuUs - before.cpuUs) / count,
      serverRssBytes: after.rssBytes,
    };
  }

  async measureHeap(count: number): Promise<Heap> {
    const { server } = this.pair;
    await this.stage.fill(count, this.bytes);
    await server.call('count', count);
    await server.call('startHeap');
    await this.stage.resume(this.bytes);
    await server.call('counted');
    const bytes = await server.call('stopHeap');
    await this.stage.settled();
    return { serverHeapBytes: bytes / count };
  }
}
