import type { ScenarioResult, SubjectResult } from './result.js';

/** Prints the result of a scenario, a line for each subject. */
export function scenarioTable(id: string, title: string, result: ScenarioResult): string {
  const rows = Object.entries(result).map(([subject, one]) => [
    subject,
    amount(one.median, one.unit),
    `${one.ratioToRaw.toFixed(2)} of raw`,
    `${one.spread[0].toFixed(2)}–${one.spread[1].toFixed(2)}`,
    cost('client', one.clientCpuUs, one.clientHeapBytes),
    cost('server', one.serverCpuUs, one.serverHeapBytes),
    memory(one),
    one.p50Us === undefined ? '' : `p50 ${one.p50Us} µs, p99 ${one.p99Us} µs`,
  ]);
  return [`${id}: ${title}`, ...aligned(rows).map((row) => `  ${row}`)].join('\n');
}

/** Puts cells under one another; columns that are empty throughout are left out. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]!.length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(columns[i]!) : cell.padStart(columns[i]!)))
      .filter((_, i) => columns[i]! > 0)
      .join('  ')
      .trimEnd(),
  );
}

function amount(value: number, unit: string): string {
  return `${Math.round(value).toLocaleString('en-US')} ${unit}`;
}

function cost(side: string, cpuUs: number | undefined, heapBytes: number | undefined): string {
  if (cpuUs === undefined) return '';
  const heap = heapBytes === undefined ? '' : `, ${(heapBytes / 1_000).toFixed(1)} kB`;
  const cpu = cpuUs < 10_000 ? `${cpuUs.toFixed(1)} µs` : `${Math.round(cpuUs / 1_000)} ms`;
  return `${side} ${cpu}${heap}`;
}

function memory({ clientRssMiB, serverRssMiB }: SubjectResult): string {
  const sides = [clientRssMiB, serverRssMiB].filter((value) => value !== undefined);
  return sides.length === 0 ? '' : `${sides.map((value) => Math.round(value)).join(' + ')} MiB`;
}
