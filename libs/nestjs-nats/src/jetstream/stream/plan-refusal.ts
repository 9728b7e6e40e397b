import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { printDiffs } from './plan-table.js';
import type { PlannedStream, StreamPlan } from './stream-plan.js';

/**
 * Makes sure that a plan can be carried out.
 *
 * @throws NatsTransportError `STREAM_MISMATCH` or `STREAM_NOT_FOUND` that names every stream, with
 * `details.streams` and `details.diffs`
 */
export function assertPlan(plan: StreamPlan): void {
  const differing = plan.filter(({ action }) => action === 'refuse');
  const missing = plan.filter(({ action }) => action === 'missing');
  const refused = [...differing, ...missing];
  if (refused.length === 0) return;
  throw new NatsTransportError(
    differing.length > 0 ? 'STREAM_MISMATCH' : 'STREAM_NOT_FOUND',
    `${refused.map(sentence).join(' ')} Nothing was changed. ${advice(differing)}`,
    {
      details: {
        streams: refused.map(({ name }) => name),
        diffs: differing.flatMap(({ name, diffs }) =>
          diffs.map((diff) => ({ stream: name, ...diff })),
        ),
      },
    },
  );
}

function sentence(stream: PlannedStream): string {
  return stream.action === 'missing'
    ? `There is no stream ${quote(stream.name)}${needed(stream)}.`
    : `The stream ${quote(stream.name)} is not as declared: ${printDiffs(stream)}.`;
}

function needed({ option }: PlannedStream): string {
  return option === undefined ? '' : `, which the option ${option} needs`;
}

function advice(differing: StreamPlan): string {
  if (differing.length === 0) return "Create it, or set provision: 'create' to have it made.";
  const diffs = differing.flatMap((stream) => stream.diffs);
  if (diffs.some(({ immutable }) => immutable)) {
    return 'What cannot be changed needs another declaration, or another stream.';
  }
  if (diffs.some(({ loss }) => loss)) {
    return (
      'Starting an application deletes no messages: purge them or change the stream by hand ' +
      '(nats stream edit), or declare a limit that takes what is there.'
    );
  }
  return "Make the declarations agree, or set provision: 'update' to have the stream changed.";
}
