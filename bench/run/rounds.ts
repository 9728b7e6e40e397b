import type { FlowScenario } from '../scenarios.js';
import { calibrate } from './calibrate.js';
import type { Fleet } from './fleet.js';
import type { Flow } from './flow.js';
import type { Plan } from './plan.js';
import type { Sample, Series } from './sample.js';

/** Is how many rounds a profile covers. */
const PROFILED_ROUNDS = 5;

interface Runner {
  readonly subject: string;
  readonly flow: Flow;
  readonly count: number;
  readonly samples: Sample[];
}

/**
 * Measures a scenario in turn: a round of each subject, and again from the start (A B C A B C …), so
 * that what disturbs the machine for a while disturbs all.
 */
export async function measureInTurn(
  scenario: FlowScenario,
  fleets: readonly Fleet[],
  plan: Plan,
  profile: string | undefined,
): Promise<Map<string, Series>> {
  try {
    const runners: Runner[] = [];
    for (const fleet of fleets) {
      const flow = await fleet.open(scenario);
      const count = await calibrate(flow, plan.warmUpMs, plan.roundMs);
      runners.push({ subject: fleet.subject, flow, count, samples: [] });
    }
    for (let round = 0; round < plan.rounds; round++) {
      for (const { flow, count, samples } of runners) samples.push(await flow.measure(count));
    }
    const series = new Map<string, Series>();
    for (const { subject, flow, count, samples } of runners) {
      series.set(subject, { samples, ...(await flow.measureHeap(count)) });
      if (profile !== undefined)
        await flow.pair.profile(profile, scenario.id, () => flow.measure(count * PROFILED_ROUNDS));
    }
    return series;
  } finally {
    await Promise.all(fleets.map((fleet) => fleet.leave(scenario)));
  }
}
