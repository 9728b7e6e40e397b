import type { Result, SubjectResult } from './result.js';

const OURS = 'nestjs-nats';

/** Is what ours is compared with, as far as it took part. */
const OTHERS = ['nest-floor', 'nest-builtin'];

/** Writes a result as a table in Markdown: ratios to the raw client, and what a message costs. */
export function figures({ machine, versions, scenarios }: Result): string {
  const others = OTHERS.filter((name) => Object.values(scenarios).some((result) => result[name]));
  const shown = ['raw', ...others, OURS];
  const rows = Object.entries(scenarios).map(([id, result]) => [
    `\`${id}\``,
    rate(result['raw']),
    ...others.map((name) => ratio(result[name])),
    `**${ratio(result[OURS])}**`,
    ...[cpu, heap].map((cost) => shown.map((name) => cost(result[name])).join(' / ')),
  ]);
  const head = ['', ...shown, 'CPU µs', 'heap kB'];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const what = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${machine.cpu}, ${machine.cores} cores; ${what.join(', ')}.`,
    'A ratio over 1 is faster than the raw client. CPU and heap are for each message, of the sending side and the',
    `handling side together: ${shown.join(' / ')}.`,
    '',
    ...lines,
  ].join('\n');
}

function rate(one: SubjectResult | undefined): string {
  return one === undefined ? '–' : `${Math.round(one.median).toLocaleString('en-US')} ${one.unit}`;
}

function ratio(one: SubjectResult | undefined): string {
  return one === undefined ? '–' : one.ratioToRaw.toFixed(2);
}

function cpu(one: SubjectResult | undefined): string {
  return one?.unit === 'ms' ? '–' : sum(1, one?.clientCpuUs, one?.serverCpuUs);
}

function heap(one: SubjectResult | undefined): string {
  return sum(1_000, one?.clientHeapBytes, one?.serverHeapBytes);
}

function sum(unit: number, client: number | undefined, server: number | undefined): string {
  if (client === undefined && server === undefined) return '–';
  return (((client ?? 0) + (server ?? 0)) / unit).toFixed(1);
}
