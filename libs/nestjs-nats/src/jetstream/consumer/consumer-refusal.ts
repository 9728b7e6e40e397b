import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { diffLine } from '../api/config-diff.js';
import { serverTooOld } from '../api/server-features.js';
import { consumerName, type ConsumerSpec } from './consumer-config.js';
import { consumerDiff, type ConsumerDiff, type PlannedConsumer } from './consumer-plan.js';

/**
 * Makes sure that a plan can be carried out.
 *
 * @throws NatsTransportError `CONSUMER_MISMATCH` that names every difference, `CONSUMER_NOT_FOUND`
 */
export function assertConsumerPlan({ action, spec, diffs }: PlannedConsumer): void {
  if (action === 'missing') {
    throw new NatsTransportError(
      'CONSUMER_NOT_FOUND',
      `There is no consumer ${quote(spec.name)} of the stream ${quote(spec.stream)}. ` +
        "Create it, or set provision: 'create' to have it made.",
      { details: detailsOf(spec) },
    );
  }
  if (action !== 'refuse') return;
  const stuck = diffs.some(({ immutable }) => immutable);
  throw mismatch(
    spec,
    diffs,
    `${capital(consumerName(spec))} is not what its handler asks for: ${printDiffs(diffs)}. ` +
      `Nothing was changed. ${stuck ? STUCK : CHANGEABLE}`,
  );
}

const STUCK =
  'What cannot be changed needs the old options, a durable of another name, or the consumer to be ' +
  'deleted, which loses its position.';
const CHANGEABLE =
  "Set provision: 'update' to have it changed in place, which replicas of an older version go on " +
  'with; or give the handler the old options.';

/**
 * Makes sure that a server has done what it was told: what it answers is compared with that.
 *
 * @throws NatsTransportError `SERVER_TOO_OLD`, `CONSUMER_MISMATCH`
 */
export function assertConsumerEcho(spec: ConsumerSpec, echo: object): void {
  const diffs = consumerDiff(spec, echo);
  if (diffs.length === 0) return;
  if (diffs.some(({ field }) => field.startsWith('priority_'))) {
    throw serverTooOld(undefined, 'priorityGroups', `Cannot make ${consumerName(spec)}`);
  }
  throw mismatch(
    spec,
    diffs,
    `The server made something else of ${consumerName(spec)} than its handler asks for: ` +
      `${printDiffs(diffs)}. Give the handler what the server makes.`,
  );
}

function mismatch(
  spec: ConsumerSpec,
  diffs: readonly ConsumerDiff[],
  message: string,
): NatsTransportError {
  return new NatsTransportError('CONSUMER_MISMATCH', message, {
    details: { ...detailsOf(spec), diffs },
  });
}

function detailsOf({ stream, name }: ConsumerSpec): Record<string, unknown> {
  return { stream, consumer: name };
}

function printDiffs(diffs: readonly ConsumerDiff[]): string {
  return diffs
    .map((diff) => diffLine(diff) + (diff.immutable ? ` (${diff.immutable})` : ''))
    .join('; ');
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
