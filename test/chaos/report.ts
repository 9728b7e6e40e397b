import type { ChaosResult } from './chaos-result.js';
import type { Machine } from './machine.js';

type Row = readonly [string, string];

/** Gives the figures of a run, a name and a value each. */
export function figures({ verdict, tookMs, stored, deadLetters, options }: ChaosResult): Row[] {
  const { faults } = verdict;
  const killed = (what: string): number => faults.filter((fault) => fault.what === what).length;
  return [
    ['published', count(verdict.attempted)],
    ['acknowledged', count(verdict.acked)],
    ['stored', count(stored)],
    ['handled', count(verdict.handled)],
    ['lost', count(verdict.lost)],
    ['handled again', `${count(verdict.duplicates)} (limit ${count(verdict.duplicateLimit)})`],
    ['dead letters', count(deadLetters)],
    ['kill -9', `${killed('server')} servers, ${killed('worker')} workers`],
    ['slots', `${options.workers} workers × ${options.concurrency}`],
    ['took', `${(tookMs / 1_000).toFixed(1)} s`],
    ['rate', `${count(Math.round((verdict.handled * 1_000) / Math.max(1, tookMs)))} messages/s`],
  ];
}

/** Says in a line how a run has ended. */
export function headline({ complaints }: ChaosResult): string {
  return complaints.length === 0
    ? 'Nothing was lost, and nothing was repeated that no kill excuses.'
    : `Broken promises: ${complaints.join('; ')}.`;
}

/** Makes a table for a terminal. */
export function terminalTable(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}

/** Makes the report as Markdown. */
export function markdownReport(result: ChaosResult, machine: Machine): string {
  const { options, verdict, startedAt, serverVersion } = result;
  const { messages, faults, cluster, seed, workers, concurrency } = options;
  const command = `npm run chaos -- --messages ${messages} --kills ${faults}${cluster ? ' --cluster' : ''} --seed ${seed} --workers ${workers} --concurrency ${concurrency}`;
  return `# Fault -9 under load: ${cluster ? 'a cluster of three' : 'a single server'}

${headline(result)}

\`\`\`sh
${command}
\`\`\`

${markdownTable(['figure', ''], figures(result))}

![Delivery over time](delivery.svg)

## Kills

${markdownTable(
  ['at', 'what', 'back after', 'slots', 'led to duplicates'],
  verdict.faults.map(({ at, backAt, what, name, slots }, i) => [
    `${((at - startedAt) / 1_000).toFixed(1)} s`,
    `${what} ${name}`,
    `${backAt - at} ms`,
    `${slots}`,
    `${verdict.duplicatesByFault[i]}`,
  ]),
)}

## Where

${markdownTable(
  ['what', ''],
  [
    ['machine', `${machine.processor}, ${machine.memory}, ${machine.system}`],
    [
      'versions',
      `nestjs-nats ${machine.library}, nats-server ${serverVersion}, Node ${machine.node}`,
    ],
    ['when', new Date(startedAt).toISOString()],
  ],
)}
`;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function count(value: number): string {
  return value.toLocaleString('en');
}
