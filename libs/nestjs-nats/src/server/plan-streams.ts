import { ConnectionHold } from '../connection/connection-hold.js';
import { type ConnectionChoice, connectionOf } from '../connection/connection-of.js';
import { isNatsTransportError, type NatsTransportError } from '../errors/transport-error.js';
import { JetStreamApi } from '../jetstream/api/js-api.js';
import { assertPlan } from '../jetstream/stream/plan-refusal.js';
import { planTable } from '../jetstream/stream/plan-table.js';
import { lookAtStreams } from '../jetstream/stream/provision-streams.js';
import type { StreamPlan } from '../jetstream/stream/stream-plan.js';
import {
  jetStreamSettingsFaults,
  resolveJetStreamSettings,
  type StrategyJetStreamSettings,
} from './consume/jetstream-settings.js';
import { undeclared } from './consume/provide-streams.js';

/** Is what a strategy is to be made with, as far as its streams go. */
export type PlanStreamsOptions = StrategyJetStreamSettings & ConnectionChoice;

/** What starting an application would do about its streams. */
export class StreamsPlan {
  constructor(
    /** A stream each, in the order in which they would be made; none with `provision: 'off'`. */
    readonly streams: StreamPlan,
    /** What `listen()` would fail with, if it would. */
    readonly refusal: NatsTransportError | undefined,
  ) {}

  /** The same for people: a line for each stream. */
  get table(): string {
    return planTable(this.streams);
  }
}

/**
 * Tells what `listen()` of a strategy with these options, and with handlers of streams, would do about
 * streams: those that are declared, and those for its dead letters and attempts. Changes nothing, and
 * needs no permission but to look. For a review before a deployment.
 *
 * @throws NatsTransportError `INVALID_OPTIONS`, `SERVER_TOO_OLD`, `CONNECTION_FAILED`,
 * `CONNECTION_LOST`, `TIMEOUT`, `PERMISSION_DENIED`, `JETSTREAM_DISABLED`
 */
export async function planStreams(options: PlanStreamsOptions): Promise<StreamsPlan> {
  const { streams, provision, jetstream, deadLetters, attemptLog, givenUpBy, ...rest } = options;
  const given = { streams, provision, jetstream, deadLetters, attemptLog, givenUpBy };
  const shared = connectionOf(rest, jetStreamSettingsFaults(given), 'planStreams');
  const settings = resolveJetStreamSettings(given);
  const hold = new ConnectionHold(shared);
  try {
    await hold.connect();
    const api = new JetStreamApi(shared, settings.jetstream);
    const own = undeclared(settings, { deadLetters: true, attemptLog: true });
    const plan = await lookAtStreams(api, settings.streams, settings.provision, own);
    return new StreamsPlan(plan, refusalOf(plan));
  } finally {
    await hold.release();
  }
}

function refusalOf(plan: StreamPlan): NatsTransportError | undefined {
  try {
    assertPlan(plan);
    return undefined;
  } catch (error) {
    if (isNatsTransportError(error)) return error;
    throw error;
  }
}
