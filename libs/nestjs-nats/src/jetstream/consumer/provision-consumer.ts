import type { ConsumerConfig } from '@nats-io/jetstream';
import { isNatsTransportError } from '../../errors/transport-error.js';
import { API_ERROR } from '../api/api-error.js';
import type { JetStreamApi } from '../api/js-api.js';
import { requireFeature } from '../api/server-features.js';
import { findStream } from '../stream/provision-streams.js';
import type { Provision } from '../stream/stream-declaration.js';
import { assertBeginning, assertConsumable } from './consumable.js';
import { consumerName, type ConsumerSpec } from './consumer-config.js';
import { type PlannedConsumer, planConsumer } from './consumer-plan.js';
import { findConsumer } from './find-consumer.js';
import { assertConsumerEcho, assertConsumerPlan } from './consumer-refusal.js';
import { withRivals } from './queue-rivals.js';

/** What was done about a consumer. */
export interface EnsuredConsumer extends PlannedConsumer {
  /** The sequence of the stream's newest message just before; nothing when nobody looked. */
  readonly lastSequence: number | undefined;
}

/** How often a consumer is looked at again that somebody else made or deleted in between. */
const ATTEMPTS = 3;

/**
 * Makes sure that a consumer is there and as its handler asks. A durable is made, changed or looked
 * at as `provision` says; one of this process is made in any case. Several processes may do this at
 * once, and again whenever a consumer is gone.
 *
 * @returns what was done
 * @throws NatsTransportError `STREAM_NOT_FOUND`, `CONSUMER_MISMATCH`, `CONSUMER_NOT_FOUND`,
 * `INVALID_OPTIONS` for what a work queue cannot do, `SERVER_TOO_OLD`, and what
 * {@link JetStreamApi.request} throws
 */
export async function ensureConsumer(
  api: JetStreamApi,
  spec: ConsumerSpec,
  provision: Provision,
): Promise<EnsuredConsumer> {
  requireFeatures(api, spec);
  if (spec.durable && provision === 'off') {
    return { spec, action: 'keep', diffs: [], config: undefined, lastSequence: undefined };
  }
  const mayDo = spec.durable && provision !== 'off' ? provision : 'create';
  for (let attempt = 1; ; attempt++) {
    const planned = await plan(api, spec, mayDo);
    try {
      await send(api, planned);
      return planned;
    } catch (error) {
      if (attempt === ATTEMPTS || !isOutdated(planned, error)) throw error;
    }
  }
}

function requireFeatures(api: JetStreamApi, spec: ConsumerSpec): void {
  const what = `Cannot make ${consumerName(spec)}`;
  if (spec.singleActive) requireFeature(api.server, 'priorityGroups', what);
  if (spec.config.pause_until !== undefined) requireFeature(api.server, 'consumerPause', what);
}

async function plan(
  api: JetStreamApi,
  spec: ConsumerSpec,
  provision: Exclude<Provision, 'off'>,
): Promise<EnsuredConsumer> {
  const { stream: streamName, name } = spec;
  const [stream, found] = await Promise.all([
    findStream(api, streamName),
    findConsumer(api, streamName, name),
  ]);
  assertConsumable(spec, stream);
  const lastSequence = stream.state.last_seq;
  const planned = planConsumer(spec, found?.config, provision, lastSequence);
  assertConsumerPlan(planned);
  if (planned.action === 'create') assertBeginning(spec, stream);
  return { ...planned, lastSequence };
}

/** Tells whether a request failed because the consumer is not any more as it was when looked at. */
function isOutdated({ action }: PlannedConsumer, error: unknown): boolean {
  if (!isNatsTransportError(error)) return false;
  const code = error.details['apiCode'];
  return action === 'create'
    ? // the second when both were made before either was registered
      code === API_ERROR.consumerExists || code === API_ERROR.consumerNameInUse
    : code === API_ERROR.consumerToUpdateNotFound;
}

async function send(api: JetStreamApi, { spec, action, config }: PlannedConsumer): Promise<void> {
  if (config === undefined) return;
  const { stream, name } = spec;
  const body = { stream_name: stream, config, action };
  let answer: { config: ConsumerConfig };
  try {
    answer = await api.request(
      // without the filter in it, so that permissions need not know the filters of handlers
      `CONSUMER.CREATE.${stream}.${name}`,
      body,
      `Cannot ${action} ${consumerName(spec)}`,
    );
  } catch (error) {
    throw await withRivals(api, error, spec);
  }
  assertConsumerEcho(spec, answer.config);
}
