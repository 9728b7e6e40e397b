import type { Scenario } from '../scenarios.js';
import { BASELINE, type SubjectEntry } from '../subjects/registry.js';
import { type ScenarioResult, scenarioResult } from '../report/result.js';
import { Fleet } from './fleet.js';
import type { Plan } from './plan.js';
import { measureInTurn } from './rounds.js';
import type { Series } from './sample.js';
import { measureStarts } from './starts.js';

/** What is measured, and how. */
export interface MeasureOptions {
  readonly scenarios: readonly Scenario[];
  readonly subjects: readonly SubjectEntry[];
  readonly plan: Plan;
  readonly epochs: number;
  readonly profile: string | undefined;
  /** Hears what is being done, and what has come of it so far. */
  readonly progress: (line: string) => void;
  readonly measured: (scenario: Scenario, result: ScenarioResult) => void;
}

/** What came of it. */
export interface Measured {
  readonly natsVersion: string;
  readonly results: Map<string, ScenarioResult>;
}

/** Measures all scenarios, in each epoch with processes that are started anew. */
export async function measure(options: MeasureOptions): Promise<Measured> {
  const { scenarios, epochs, progress } = options;
  const series = new Map<string, Map<string, Series>>();
  const results = new Map<string, ScenarioResult>();
  let natsVersion = '';
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const fleets = await startFleets(options);
    natsVersion = fleets[0]!.natsVersion;
    try {
      for (const [i, scenario] of scenarios.entries()) {
        const prefix = epochs > 1 ? `epoch ${epoch}/${epochs}, ` : '';
        progress(`${prefix}${i + 1}/${scenarios.length} ${scenario.id} …`);
        const fresh = await measureOne(scenario, fleets, options);
        const all = joined(series.get(scenario.id), fresh);
        series.set(scenario.id, all);
        const result = scenarioResult(scenario, all, BASELINE);
        results.set(scenario.id, result);
        if (epoch === epochs) options.measured(scenario, result);
      }
    } finally {
      await Promise.all(fleets.map((fleet) => fleet.stop()));
    }
  }
  return { natsVersion, results };
}

async function startFleets({ subjects, plan }: MeasureOptions): Promise<Fleet[]> {
  const fleets: Fleet[] = [];
  try {
    for (const { name } of subjects) fleets.push(await Fleet.start(name, plan.shared));
    return fleets;
  } catch (error) {
    await Promise.all(fleets.map((fleet) => fleet.stop()));
    throw error;
  }
}

function measureOne(
  scenario: Scenario,
  fleets: readonly Fleet[],
  { subjects, plan, profile }: MeasureOptions,
): Promise<Map<string, Series>> {
  if (scenario.kind === 'startup') return measureStarts(scenario, fleets, plan.starts);
  const needsStreams = scenario.kind === 'publish' || scenario.kind === 'consume';
  const able = fleets.filter((_, i) => !needsStreams || subjects[i]!.jetstream);
  return measureInTurn(scenario, able, plan, profile);
}

/** Puts the rounds of two epochs behind one another; heap is told of the last. */
function joined(
  before: ReadonlyMap<string, Series> | undefined,
  fresh: ReadonlyMap<string, Series>,
): Map<string, Series> {
  return new Map(
    [...fresh].map(([subject, series]) => {
      const samples = [...(before?.get(subject)?.samples ?? []), ...series.samples];
      return [subject, { ...series, samples }];
    }),
  );
}
