import { aligned } from './report/table.js';
import { measure } from './run/measure.js';
import type { Plan } from './run/plan.js';
import { type EventScenario, events, requests, type FlowScenario } from './scenarios.js';
import type { SubjectEntry } from './subjects/registry.js';

/** How growth is measured. */
export interface GrowthOptions {
  readonly plan: Plan;
  readonly subjects: readonly SubjectEntry[];
  readonly progress: (line: string) => void;
}

interface Ladder {
  readonly title: string;
  /** Once, ten and a hundred times as much. */
  readonly steps: readonly FlowScenario[];
}

const LADDERS: readonly Ladder[] = [
  { title: 'handlers: 10, 100, 1000', steps: [10, 100, 1_000].map(withHandlers) },
  { title: 'payload: 128 B, 1280 B, 12800 B', steps: [128, 1_280, 12_800].map(events) },
  {
    title: 'concurrency of requests: 4, 40, 400',
    steps: [4, 40, 400].map((c) =>
      requests(`request-c${c}`, `requests, ${c} at a time`, c, 'plain'),
    ),
  },
];

/** Prints what a message costs when there is once, ten and a hundred times as much of something. */
export async function growth({ plan, subjects, progress }: GrowthOptions): Promise<void> {
  for (const { title, steps } of LADDERS) {
    const { results } = await measure({
      scenarios: steps,
      subjects,
      // handlers and payloads differ from step to step
      plan: { ...plan, shared: false },
      epochs: 1,
      profile: undefined,
      progress,
      measured: () => undefined,
    });
    const rows = subjects.flatMap(({ name }) => {
      const all = steps.map(({ id }) => results.get(id)![name]!);
      const cpu = all.map(({ clientCpuUs = 0, serverCpuUs = 0 }) => clientCpuUs + serverCpuUs);
      return [
        [
          name,
          'rate',
          ...all.map(({ median }) => `${Math.round(median).toLocaleString('en-US')}/s`),
        ],
        ['', 'CPU of both sides', ...cpu.map((us) => `${us.toFixed(1)} µs`)],
        ['', '  grows to', ...cpu.map((us) => `${(us / cpu[0]!).toFixed(2)} ×`)],
        ['', 'heap, client', ...all.map(({ clientHeapBytes }) => kilobytes(clientHeapBytes))],
        ['', 'heap, server', ...all.map(({ serverHeapBytes }) => kilobytes(serverHeapBytes))],
      ];
    });
    console.log(`${title}; for each message\n${aligned(rows).join('\n')}\n`);
  }
}

function withHandlers(handlers: number): EventScenario {
  return { ...events(256), id: `handlers-${handlers}`, title: `${handlers} handlers`, handlers };
}

function kilobytes(bytes = 0): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
