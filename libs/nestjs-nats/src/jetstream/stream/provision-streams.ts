import type { StreamConfig, StreamInfo } from '@nats-io/jetstream';
import { quote } from '../../errors/quote.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import { API_ERROR } from '../api/api-error.js';
import type { JetStreamApi } from '../api/js-api.js';
import type { OwnStream } from './own-stream.js';
import { assertPlan } from './plan-refusal.js';
import { resolveStream, type WantedStream } from './resolve-stream.js';
import type { Provision, StreamDeclaration } from './stream-declaration.js';
import { assertEcho, requireStreamFeatures } from './stream-features.js';
import { type PlannedStream, planStream, type StreamPlan } from './stream-plan.js';
import { withOwners } from './subject-owners.js';

/** How often a stream is looked at again that somebody else made or deleted in between. */
const ATTEMPTS = 3;

/**
 * Makes sure that declared streams are there and as declared. All are looked at first: if one may
 * not be made or changed, none is. Several processes may do this at once.
 *
 * @param declarations checked ones; made in their order
 * @param own what this library needs besides, made after them
 * @returns what was done, a stream each; nothing with `provision: 'off'`
 * @throws NatsTransportError `STREAM_MISMATCH`, `STREAM_NOT_FOUND`, `SERVER_TOO_OLD`, and what
 * {@link JetStreamApi.request} throws
 */
export async function ensureStreams(
  api: JetStreamApi,
  declarations: readonly StreamDeclaration[],
  provision: Provision,
  own: readonly OwnStream[] = [],
): Promise<StreamPlan> {
  if (provision === 'off') return [];
  const all = needed(declarations, own);
  const plan = await lookAt(api, all, provision);
  assertPlan(plan);
  const done: PlannedStream[] = [];
  for (const [i, planned] of plan.entries()) {
    const look = async () => (await lookAt(api, [all[i]!], provision))[0]!;
    try {
      done.push(await carryOut(api, planned, look));
    } catch (error) {
      throw afterOthers(error, done);
    }
  }
  return done;
}

/**
 * Tells what {@link ensureStreams} would do, and does nothing.
 *
 * @throws NatsTransportError `SERVER_TOO_OLD`, and what {@link JetStreamApi.request} throws
 */
export async function lookAtStreams(
  api: JetStreamApi,
  declarations: readonly StreamDeclaration[],
  provision: Provision,
  own: readonly OwnStream[] = [],
): Promise<StreamPlan> {
  return provision === 'off' ? [] : lookAt(api, needed(declarations, own), provision);
}

/** A stream to make sure of. */
interface Needed {
  readonly wanted: WantedStream;
  readonly own?: OwnStream;
}

function needed(
  declarations: readonly StreamDeclaration[],
  own: readonly OwnStream[],
): readonly Needed[] {
  return [
    ...declarations.map((declaration) => ({ wanted: resolveStream(declaration) })),
    ...own.map((stream) => ({ wanted: resolveStream(stream.declaration), own: stream })),
  ];
}

function lookAt(
  api: JetStreamApi,
  all: readonly Needed[],
  provision: Exclude<Provision, 'off'>,
): Promise<StreamPlan> {
  for (const { wanted } of all) requireStreamFeatures(api.server, wanted);
  return Promise.all(
    all.map(async ({ wanted, own }) =>
      planStream(wanted, await findStream(api, wanted.name), provision, own),
    ),
  );
}

/**
 * Reads a stream; there is nothing when there is none.
 *
 * @throws NatsTransportError what {@link JetStreamApi.request} throws but `STREAM_NOT_FOUND`
 */
export async function findStream(api: JetStreamApi, name: string): Promise<StreamInfo | undefined> {
  try {
    const what = `Cannot read the stream ${quote(name)}`;
    return await api.read<StreamInfo>(`STREAM.INFO.${name}`, undefined, what);
  } catch (error) {
    if (isNatsTransportError(error, 'STREAM_NOT_FOUND')) return undefined;
    throw error;
  }
}

async function carryOut(
  api: JetStreamApi,
  planned: PlannedStream,
  look: () => Promise<PlannedStream>,
): Promise<PlannedStream> {
  for (let attempt = 1; ; attempt++) {
    try {
      await send(api, planned);
      return planned;
    } catch (error) {
      if (attempt === ATTEMPTS || !isOutdated(planned, error)) throw error;
    }
    planned = await look();
    assertPlan([planned]);
  }
}

/** Tells whether a request failed because the stream is not any more as it was when looked at. */
function isOutdated({ action }: PlannedStream, error: unknown): boolean {
  if (!isNatsTransportError(error)) return false;
  const outdated = action === 'create' ? API_ERROR.streamNameInUse : API_ERROR.streamNotFound;
  return error.details['apiCode'] === outdated;
}

async function send(api: JetStreamApi, planned: PlannedStream): Promise<void> {
  const { name, action, wanted, config } = planned;
  if (config === undefined) return;
  const what = `Cannot ${action} the stream ${quote(name)}`;
  const operation = `STREAM.${action === 'create' ? 'CREATE' : 'UPDATE'}.${name}`;
  let answer: { config: StreamConfig };
  try {
    answer = await api.request(operation, config, what);
  } catch (error) {
    throw await withOwners(api, error, wanted);
  }
  assertEcho(wanted, answer.config);
}

/** The server alone knows some of what it refuses: what was done by then is said, as it stays. */
function afterOthers(error: unknown, done: StreamPlan): unknown {
  const touched = done.filter(({ action }) => action !== 'keep');
  if (touched.length === 0 || !isNatsTransportError(error)) return error;
  const { code, message, cause, details } = error;
  const list = touched.map(({ name, action }) => `${quote(name)} (${action}d)`).join(', ');
  return new NatsTransportError(code, `${message} Done before that: ${list}.`, {
    cause,
    details: { ...details, done: touched.map(({ name }) => name) },
  });
}
