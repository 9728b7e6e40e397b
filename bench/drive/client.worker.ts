import { serveCalls } from '../process/calls.js';
import { CpuProfiler } from '../process/cpu-profile.js';
import { HeapMeter, usage } from '../process/usage.js';
import type { FlowScenario } from '../scenarios.js';
import { loadSubject } from '../subjects/registry.js';
import type { BenchClient } from '../subjects/subject.js';
import type { Details, Load } from './load.js';
import { publishEvents } from './publish-events.js';
import { sendRequests } from './send-requests.js';
import { storeMessages } from './store-messages.js';

/** What a run of messages took. */
export interface RunResult {
  readonly ms: number;
  readonly details: Details;
}

const [name = '', url = ''] = process.argv.slice(2);
const subject = await loadSubject(name);
let client: BenchClient | undefined;
let load: Load | undefined;
let meter: HeapMeter | undefined;
const profiler = new CpuProfiler();

const calls = {
  /** Gets ready for a scenario; gives the number of which runs are a multiple. */
  async open(scenario: FlowScenario): Promise<number> {
    client ??= await subject.connect(url);
    await load?.close();
    load = await loadOf(client, scenario);
    return load.step;
  },
  async run(count: number): Promise<RunResult> {
    const start = performance.now();
    const details = await load!.run(count);
    return { ms: performance.now() - start, details };
  },
  usage,
  startHeap(): void {
    meter = new HeapMeter();
  },
  stopHeap: (): number => meter!.stop(),
  startProfile: (): Promise<void> => profiler.start(),
  stopProfile: (file: string): Promise<void> => profiler.stop(file),
  async close(): Promise<void> {
    await load?.close();
    await client?.close();
  },
};

/** What a client process can be asked. */
export type ClientCalls = typeof calls;

async function loadOf(client: BenchClient, scenario: FlowScenario): Promise<Load> {
  switch (scenario.kind) {
    case 'events':
      return publishEvents(client, url, scenario);
    case 'requests':
      return sendRequests(client, scenario);
    case 'publish':
      return storeMessages(client, scenario);
    default:
      throw new Error('Messages of a stream are consumed, not sent.');
  }
}

serveCalls(calls);
