import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import type { JetStreamApi } from '../../jetstream/api/js-api.js';
import { deadLetterStream } from '../../jetstream/dead-letter/dead-letter-options.js';
import { attemptLogStream } from '../../jetstream/settlement/attempt-log-options.js';
import type { OwnStream } from '../../jetstream/stream/own-stream.js';
import { ensureStreams } from '../../jetstream/stream/provision-streams.js';
import type { StreamPlan } from '../../jetstream/stream/stream-plan.js';
import type { ConsumerGroup } from './consumer-table.js';
import type { JetStreamSettings } from './jetstream-settings.js';

/**
 * Makes sure of the streams that an application declares, and of those that its dead letters and
 * its attempts need.
 *
 * @throws NatsTransportError what {@link ensureStreams} throws; `STREAM_NOT_FOUND` when no stream
 * takes the dead-letter subject of a handler
 */
export async function provideStreams(
  api: JetStreamApi,
  settings: JetStreamSettings,
  groups: readonly ConsumerGroup[],
): Promise<StreamPlan> {
  const { streams, provision, deadLetters } = settings;
  for (const group of groups) assertApart(group, deadLetters);
  const plan = await ensureStreams(
    api,
    streams,
    provision,
    undeclared(settings, needsOf(settings, groups)),
  );
  await Promise.all(groups.map((group) => assertKept(api, group)));
  return plan;
}

/** Which streams that nobody declares are needed. */
export type OwnNeeds = Readonly<Record<OwnStream['option'], boolean>>;

/** Gives the streams that nobody declares, and that messages need which are settled. */
export function undeclared(
  { deadLetters, attemptLog, streams }: JetStreamSettings,
  needs: OwnNeeds,
): OwnStream[] {
  const own = [
    ...(deadLetters !== false && needs.deadLetters ? [deadLetterStream(deadLetters)] : []),
    ...(attemptLog !== false && needs.attemptLog ? [attemptLogStream(attemptLog)] : []),
  ];
  return own.filter(({ declaration }) => !streams.some(({ name }) => name === declaration.name));
}

function needsOf({ givenUpBy }: JetStreamSettings, groups: readonly ConsumerGroup[]): OwnNeeds {
  const settled = groups.filter(({ options: { mode } }) => mode !== 'ordered');
  const keeps = settled.some(({ options: { deadLetter } }) => deadLetter === undefined);
  return { deadLetters: keeps || givenUpBy.length > 0, attemptLog: settled.length > 0 };
}

/** Dead letters of the stream of dead letters would feed it for ever. */
function assertApart(
  { options: { stream, mode, deadLetter }, entries }: ConsumerGroup,
  deadLetters: JetStreamSettings['deadLetters'],
): void {
  if (deadLetters === false || stream !== deadLetters.stream) return;
  if (mode === 'ordered' || deadLetter !== undefined) return;
  throw new NatsTransportError(
    'INVALID_OPTIONS',
    `The handler for ${entries.map(({ route }) => quote(route)).join(', ')} consumes ${quote(stream)}, ` +
      'where its own dead letters would go. Set its deadLetter: false, or to a subject of another stream.',
    { details: { stream, patterns: entries.map(({ route }) => route) } },
  );
}

/** A dead letter that nobody keeps would be tried for ever. */
async function assertKept(api: JetStreamApi, { options, entries }: ConsumerGroup): Promise<void> {
  const { deadLetter } = options;
  if (typeof deadLetter !== 'string') return;
  const { streams } = await api.request<{ streams?: string[] | null }>(
    'STREAM.NAMES',
    { subject: deadLetter },
    `Cannot find the stream for dead letters on ${quote(deadLetter)}`,
  );
  if (streams?.length) return;
  const patterns = entries.map(({ route }) => quote(route)).join(', ');
  throw new NatsTransportError(
    'STREAM_NOT_FOUND',
    `No stream takes ${quote(deadLetter)}, the dead letters of the handler for ${patterns}. ` +
      'Declare one in streams, or leave deadLetter out to use the one of the strategy.',
    { details: { subject: deadLetter } },
  );
}
