/** Is what `node --cpu-prof` writes, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** What a function took. */
export interface FunctionTime {
  readonly name: string;
  readonly place: string;
  readonly selfUs: number;
  /** With all that it called; what calls itself counts once. */
  readonly totalUs: number;
}

/** Sums up a profile by function, the one that took most first. */
export function sumUp({ nodes, samples, timeDeltas }: CpuProfile): FunctionTime[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])));
  const selfUs = new Map<number, number>();
  for (const [i, id] of samples.entries())
    selfUs.set(id, (selfUs.get(id) ?? 0) + (timeDeltas[i] ?? 0));
  const sums = new Map<string, { name: string; place: string; selfUs: number; totalUs: number }>();
  const sumOf = (id: number) => {
    const { functionName, url, lineNumber } = byId.get(id)!.callFrame;
    const name = functionName || '(anonymous)';
    const place =
      url === '' ? '' : `${url.replace(/^.*\/(?=[^/]+\/[^/]+$)/, '')}:${lineNumber + 1}`;
    const key = `${name} ${url}:${lineNumber}`;
    const sum = sums.get(key) ?? { name, place, selfUs: 0, totalUs: 0 };
    sums.set(key, sum);
    return sum;
  };
  for (const [leaf, us] of selfUs) {
    sumOf(leaf).selfUs += us;
    const seen = new Set<object>();
    for (let id: number | undefined = leaf; id !== undefined; id = parents.get(id)) {
      const sum = sumOf(id);
      if (!seen.has(sum)) sum.totalUs += us;
      seen.add(sum);
    }
  }
  return [...sums.values()].toSorted((a, b) => b.selfUs - a.selfUs);
}
