import type { Series } from '../run/sample.js';
import { type Scenario, unitOf } from '../scenarios.js';
import { compare, median, rounded } from '../statistics.js';
import type { Machine, Versions } from './machine.js';

/** What one subject came to in one scenario. Medians over all rounds; CPU and heap for each message. */
export interface SubjectResult {
  readonly median: number;
  readonly unit: 'msg/s' | 'ms';
  /** Over 1 is better than the raw client, whatever the unit. */
  readonly ratioToRaw: number;
  /** The lowest and highest ratio of a single round. */
  readonly spread: readonly [low: number, high: number];
  readonly clientCpuUs?: number;
  readonly serverCpuUs?: number;
  readonly clientHeapBytes?: number;
  readonly serverHeapBytes?: number;
  readonly clientRssMiB?: number;
  readonly serverRssMiB?: number;
  readonly p50Us?: number;
  readonly p99Us?: number;
}

export type ScenarioResult = Readonly<Record<string, SubjectResult>>;

/** Is what a run of the benchmark writes. */
export interface Result {
  readonly machine: Machine;
  readonly versions: Versions;
  /** How it was measured. */
  readonly method: Readonly<Record<string, unknown>>;
  readonly scenarios: Readonly<Record<string, ScenarioResult>>;
}

const MIB = 2 ** 20;

/** Sums up the rounds of a scenario. */
export function scenarioResult(
  scenario: Scenario,
  series: ReadonlyMap<string, Series>,
  baseline: string,
): ScenarioResult {
  const unit = unitOf(scenario);
  const values = (name: string): number[] =>
    series.get(name)?.samples.map(({ value }) => value) ?? [];
  const result: Record<string, SubjectResult> = {};
  for (const [subject, one] of series) {
    const better = unit === 'ms' ? 'lower' : 'higher';
    const { ratio, spread } = compare(values(subject), values(baseline), better);
    result[subject] = {
      median: rounded(median(values(subject))),
      unit,
      ratioToRaw: rounded(ratio, 3),
      spread: [rounded(spread[0], 3), rounded(spread[1], 3)],
      ...medians(one),
    };
  }
  return result;
}

function medians(series: Series): Partial<SubjectResult> {
  const { samples, clientHeapBytes, serverHeapBytes } = series;
  const of = (pick: (sample: Series['samples'][number]) => number | undefined) => {
    const values = samples.map(pick).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : median(values);
  };
  const all = {
    clientCpuUs: of((sample) => sample.clientCpuUs),
    serverCpuUs: of((sample) => sample.serverCpuUs),
    clientHeapBytes,
    serverHeapBytes,
    clientRssMiB: of(({ clientRssBytes: bytes }) => bytes && bytes / MIB),
    serverRssMiB: of(({ serverRssBytes: bytes }) => bytes && bytes / MIB),
    p50Us: of((sample) => sample.p50Us),
    p99Us: of((sample) => sample.p99Us),
  };
  const present = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, rounded(value!, 3)]));
}
