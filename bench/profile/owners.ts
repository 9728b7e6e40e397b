import type { CpuProfile } from './sum-up.js';

/** Whose code took how long. */
export interface OwnerTime {
  readonly owner: string;
  readonly selfUs: number;
}

/**
 * Sums up a profile by whose code ran, the one that took most first: packages by their names, what belongs to
 * no file as Node's. JSON counts as our codec's, as the engine's part of it has no name.
 */
export function byOwner({ nodes, samples, timeDeltas }: CpuProfile): OwnerTime[] {
  const owners = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame)]));
  const sums = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const owner = owners.get(id)!;
    if (owner !== undefined) sums.set(owner, (sums.get(owner) ?? 0) + (timeDeltas[i] ?? 0));
  }
  return [...sums]
    .map(([owner, selfUs]) => ({ owner, selfUs }))
    .toSorted((a, b) => b.selfUs - a.selfUs);
}

/** Is what is no work: "dispatch" is the profiler itself, which takes its time to start. */
export const NO_WORK: ReadonlySet<string> = new Set(['(idle)', '(program)', 'dispatch']);

function ownerOf({
  functionName,
  url,
}: {
  readonly functionName: string;
  readonly url: string;
}): string | undefined {
  if (NO_WORK.has(functionName)) return undefined;
  if (functionName === '(garbage collector)') return 'garbage collection';
  const installed = /.*\/node_modules\/(@[^/]+\/[^/]+|[^/]+)\//.exec(url)?.[1];
  if (installed !== undefined) return installed;
  const own = /\/libs\/([^/]+)\/dist\/\w+\/(\w+)/.exec(url);
  if (own !== null) return own[2] === 'codec' ? `${own[1]}: JSON` : own[1];
  return url === '' || url.startsWith('node:') ? 'node' : 'bench';
}
