import type { Usage } from '../process/usage.js';
import type { FlowScenario } from '../scenarios.js';
import type { Flow } from './flow.js';
import type { Pair } from './pair.js';
import type { Heap, Sample } from './sample.js';

/** Is a flow that the client process drives: events, requests, messages to a stream. */
export class SentFlow implements Flow {
  private constructor(
    readonly pair: Pair,
    private readonly scenario: FlowScenario,
    readonly step: number,
  ) {}

  static async open(pair: Pair, scenario: FlowScenario): Promise<SentFlow> {
    return new SentFlow(pair, scenario, await pair.client!.call('open', scenario));
  }

  async measure(count: number): Promise<Sample> {
    const { client, server } = this.pair;
    const before = await this.usages();
    const { ms, details } = await client!.call('run', count);
    const [clientUsage, serverUsage] = [await client!.call('usage'), await server.call('usage')];
    return {
      value: (count * 1_000) / ms,
      ...details,
      clientCpuUs: (clientUsage.cpuUs - before[0].cpuUs) / count,
      clientRssBytes: clientUsage.rssBytes,
      // nobody handles what is only stored
      ...(this.scenario.kind !== 'publish' && {
        serverCpuUs: (serverUsage.cpuUs - before[1].cpuUs) / count,
        serverRssBytes: serverUsage.rssBytes,
      }),
    };
  }

  async measureHeap(count: number): Promise<Heap> {
    const { client, server } = this.pair;
    await Promise.all([client!.call('startHeap'), server.call('startHeap')]);
    await client!.call('run', count);
    const [ofClient, ofServer] = [await client!.call('stopHeap'), await server.call('stopHeap')];
    return {
      clientHeapBytes: ofClient / count,
      ...(this.scenario.kind !== 'publish' && { serverHeapBytes: ofServer / count }),
    };
  }

  private async usages(): Promise<readonly [client: Usage, server: Usage]> {
    const { client, server } = this.pair;
    return [await client!.call('usage'), await server.call('usage')];
  }
}
