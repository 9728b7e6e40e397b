import { serveCalls } from '../process/calls.js';
import { CpuProfiler } from '../process/cpu-profile.js';
import { HeapMeter, usage } from '../process/usage.js';
import { onHandled } from '../handled.js';
import { loadSubject } from '../subjects/registry.js';
import type { BenchServer, ServerPlan } from '../subjects/subject.js';
import { CreditSender } from './credit.js';
import { Countdown } from './countdown.js';

const [name = ''] = process.argv.slice(2);
const subject = await loadSubject(name);
let server: BenchServer | undefined;
let credit: CreditSender | undefined;
let countdown: Countdown | undefined;
let meter: HeapMeter | undefined;
const profiler = new CpuProfiler();

const calls = {
  async serve(plan: ServerPlan): Promise<void> {
    if (plan.stage === 'events' || plan.stage === 'wildcards') {
      credit = await CreditSender.open(plan.url);
      onHandled(credit.handled);
    }
    server = await subject.serve(plan);
  },
  /** Counts from the next message on; see {@link calls.counted}. */
  count(messages: number): void {
    countdown = new Countdown(messages);
    onHandled(countdown.handled);
  },
  /** Gives how long it took from the first counted message to the last, in milliseconds. */
  counted: (): Promise<number> => countdown!.done,
  usage,
  startHeap(): void {
    meter = new HeapMeter();
  },
  stopHeap: (): number => meter!.stop(),
  startProfile: (): Promise<void> => profiler.start(),
  stopProfile: (file: string): Promise<void> => profiler.stop(file),
  async close(): Promise<void> {
    await server?.close();
    await credit?.close();
  },
};

/** What a server process can be asked. */
export type ServerCalls = typeof calls;

serveCalls(calls);
