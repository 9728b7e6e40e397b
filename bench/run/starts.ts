import type { ServerCalls } from '../drive/server.worker.js';
import { Worker } from '../process/worker.js';
import type { StartupScenario } from '../scenarios.js';
import type { Fleet } from './fleet.js';
import type { Sample, Series } from './sample.js';

/** Measures in turn how long processes take from their start until their handlers are subscribed. */
export async function measureStarts(
  scenario: StartupScenario,
  fleets: readonly Fleet[],
  starts: number,
): Promise<Map<string, Series>> {
  const samples = new Map(fleets.map(({ subject }) => [subject, [] as Sample[]]));
  // the first start of each finds files that are not in memory yet
  for (const fleet of fleets) await start(scenario, fleet);
  for (let i = 0; i < starts; i++) {
    for (const fleet of fleets) samples.get(fleet.subject)!.push(await start(scenario, fleet));
  }
  return new Map([...samples].map(([subject, list]) => [subject, { samples: list }]));
}

async function start({ handlers }: StartupScenario, { subject, url }: Fleet): Promise<Sample> {
  const begin = performance.now();
  const server = new Worker<ServerCalls>({
    program: '../drive/server.worker.js',
    args: [subject],
    name: `startup.${subject}`,
  });
  try {
    const plan = { url, stage: 'events', handlers, concurrency: 1, async: false } as const;
    await server.call('serve', plan);
    const ms = performance.now() - begin;
    const { cpuUs, rssBytes } = await server.call('usage');
    await server.call('close');
    return { value: ms, serverCpuUs: cpuUs, serverRssBytes: rssBytes };
  } finally {
    await server.end();
  }
}
