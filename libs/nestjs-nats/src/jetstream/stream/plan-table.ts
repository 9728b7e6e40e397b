import { diffLine } from '../api/config-diff.js';
import { printSetting } from '../api/print-setting.js';
import { printTable } from '../api/print-table.js';
import type { PlannedStream, StreamDiff, StreamPlan } from './stream-plan.js';

const HEAD = ['stream', 'action', 'subjects', 'details'] as const;
const WIDEST = 48;

/** Prints a plan as a table for a log, a line for each stream. */
export function planTable(plan: StreamPlan): string {
  return printTable([HEAD, ...plan.map(row)]);
}

/** Prints the differences of one stream. */
export function printDiffs({ diffs, wanted }: PlannedStream): string {
  return diffs.map((diff) => diffLine(diff) + remark(diff, wanted.retention)).join('; ');
}

function row(stream: PlannedStream): readonly string[] {
  const { name, action, wanted } = stream;
  const subjects = (wanted.subjects ?? []).join(', ');
  const details = action === 'create' ? printSettings(stream) : printDiffs(stream);
  const cut = subjects.length > WIDEST ? `${subjects.slice(0, WIDEST - 1)}…` : subjects;
  return [name, action, cut, details];
}

/** Prints what a new stream is made with, so that a wrong unit can be seen. */
function printSettings({ wanted, config = wanted }: PlannedStream): string {
  return Object.entries(config)
    .filter(([field]) => field !== 'name' && field !== 'subjects')
    .map(([field, value]) => `${field}: ${printSetting(field, value)}`)
    .join('; ');
}

function remark(
  { field, immutable, loss, wanted }: StreamDiff,
  retention: string | undefined,
): string {
  const why = immutable ?? loss;
  if (why !== undefined) return ` (${why})`;
  return field === 'discard' && wanted === 'new' && retention === 'workqueue'
    ? " (the default for a work queue: with 'old' a full one drops what nobody has processed)"
    : '';
}
