import type { NatsConnection } from '@nats-io/transport-node';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { Durables } from '../index.js';
import { statusOf } from './connection-status.js';
import {
  type DurableCheckOptions,
  durableFaults,
  type DurableSight,
  sighted,
} from './durable-verdict.js';
import type { ConnectionHealth, DurableHealth } from './health-result.js';
import type { NatsHealthTarget, ReadinessCheckOptions } from './health-target.js';
import { checkDurableOptions, checkReadinessOptions } from './option-checks.js';
import { messageOf, timeLimit } from './time-limit.js';

/**
 * Tells `@nestjs/terminus` how the connection to NATS, and the consumers of streams, fare.
 *
 * ```ts
 * @Module({ imports: [TerminusModule], providers: [NatsHealthIndicator], controllers: [HealthController] })
 * ```
 *
 * What goes wrong is the result: its methods fail only when their options cannot be used.
 */
@Injectable()
export class NatsHealthIndicator {
  /** By stream and durable: what was seen last. */
  private readonly sights = new Map<string, DurableSight>();

  constructor(private readonly health: HealthIndicatorService) {}

  /**
   * Tells whether starting the process anew could help. It is `down` when the connection is closed for
   * good, and `degraded` while there is none: the client library looks for a server for as long as it
   * takes, and a new process could do no more. It asks nobody, and takes no time.
   */
  async liveness<Key extends string>(
    key: Key,
    target: NatsHealthTarget,
  ): Promise<ConnectionHealth<Key>> {
    const check = this.health.check(key);
    const connection = await statusOf(target);
    if (connection === 'closed') return check.down({ connection });
    return connection === 'connected' ? check.up({ connection }) : check.degraded({ connection });
  }

  /**
   * Tells whether messages get through at this moment: the connection stands, the server answers in
   * time, and nothing keeps messages from the handlers. It is `down` otherwise, also while a server is
   * looked for.
   *
   * A client that nothing has used yet is connected: what is not ready gets no work that would do it.
   *
   * @throws NatsTransportError `INVALID_OPTIONS` that names every fault
   */
  async readiness<Key extends string>(
    key: Key,
    target: NatsHealthTarget,
    options: ReadinessCheckOptions = {},
  ): Promise<ConnectionHealth<Key>> {
    checkReadinessOptions(options);
    const { timeoutMs = 1_000 } = options;
    const check = this.health.check(key);
    let roundTripMs: number;
    try {
      roundTripMs = await timeLimit(roundTrip(target), timeoutMs, 'The server did not answer');
    } catch (failure) {
      return check.down({ connection: await statusOf(target), reasons: [messageOf(failure)] });
    }
    const connection = await statusOf(target);
    const { ready, reasons } = target.readiness();
    return ready
      ? check.up({ connection, roundTripMs })
      : check.down({ connection, roundTripMs, reasons: [...reasons] });
  }

  /**
   * Tells whether a durable consumer is there, keeps up, and moves. It is `down` when there is none, or
   * the server does not say in time, and `beyond` when a limit is passed.
   *
   * Replicas share a durable, so that all of them say the same: this is for an alarm rather than for a
   * probe that takes replicas out.
   *
   * @throws NatsTransportError `INVALID_OPTIONS` that names every fault
   */
  async durable<Key extends string>(
    key: Key,
    durables: Pick<Durables, 'state'>,
    options: DurableCheckOptions,
  ): Promise<DurableHealth<Key>> {
    checkDurableOptions(options);
    const { stream, durable, beyond = 'degraded', timeoutMs = 1_000 } = options;
    const check = this.health.check(key);
    const name = `${stream} ${durable}`;
    let sight: DurableSight;
    try {
      const asked = durables.state(stream, durable);
      const state = await timeLimit(asked, timeoutMs, 'The server did not answer');
      sight = sighted(state, this.sights.get(name), performance.now());
    } catch (failure) {
      this.sights.delete(name);
      return check.down({ stream, durable, reasons: [messageOf(failure)] });
    }
    this.sights.set(name, sight);
    const { pending, unacknowledged, redelivered } = sight.state;
    const data = { stream, durable, pending, unacknowledged, redelivered };
    const reasons = durableFaults(sight, options, performance.now());
    if (reasons.length === 0) return check.up(data);
    return beyond === 'down'
      ? check.down({ ...data, reasons })
      : check.degraded({ ...data, reasons });
  }
}

/** Goes to the server and back. @returns how long that took, in milliseconds */
async function roundTrip(target: NatsHealthTarget): Promise<number> {
  await connectIfNobodyHas(target);
  const connection = target.unwrap<NatsConnection>();
  const start = performance.now();
  // unlike flush(), it does not wait for a connection that is made again
  await connection.rtt();
  return performance.now() - start;
}

/** Not what has been closed: that would be open again while the process ends. */
async function connectIfNobodyHas(target: NatsHealthTarget): Promise<void> {
  const status = await statusOf(target);
  if (status === 'unused' || status === 'disconnected') await target.connect?.();
}
