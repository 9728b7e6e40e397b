import { ConnectionHold } from '../../connection/connection-hold.js';
import { connectionOf } from '../../connection/connection-of.js';
import type { SharedConnection } from '../../connection/shared-connection.js';
import { untilAborted } from '../../connection/until-aborted.js';
import { requesterOf } from '../../core/requester.js';
import { controlSubject, SERVICE_PREFIX, type ServiceTarget } from '../../micro/control-subject.js';
import { type AnswerOf, readAnswer } from '../../micro/read-answer.js';
import type {
  ServiceIdentity,
  ServiceInfo,
  ServicePing,
  ServiceStats,
  ServiceVerb,
} from '../../micro/service-answers.js';
import { askServices, type ServiceAnswers } from './ask-services.js';
import {
  assertQuestion,
  type DiscoveryCallOptions,
  type NatsDiscoveryOptions,
  prefixFaults,
  waitFaults,
} from './discovery-options.js';

/** A service that has been pinged. */
export interface PingedService extends ServicePing {
  /** How long its answer took, in milliseconds. */
  readonly roundTripMs: number;
}

/** A kind of service, with those of its instances that are there. */
export interface ServiceListing {
  readonly name: string;
  /** Each once, in alphabetical order. */
  readonly versions: readonly string[];
  readonly instances: readonly ServiceIdentity[];
}

/**
 * Finds the services that are there: strategies with a `service`, and those that other libraries
 * of NATS make.
 *
 * Anybody who may subscribe below `$SRV` can answer: what is no answer of a service is left out, and
 * counted. It holds the connection from its first use until {@link close}. Its methods throw
 * `NatsTransportError`: `INVALID_OPTIONS`, `CONNECTION_FAILED`, `NOT_CONNECTED`, `CONNECTION_LOST`,
 * `PERMISSION_DENIED`.
 */
export class NatsDiscovery {
  private readonly shared: SharedConnection;
  private readonly hold: ConnectionHold;
  private readonly prefix: string;
  private readonly maxWaitMs: number;
  private readonly stallMs: number;

  /** @throws NatsTransportError `INVALID_OPTIONS` */
  constructor(options: NatsDiscoveryOptions = {}) {
    const { prefix, maxWaitMs, stallMs, ...rest } = options;
    const faults = [...prefixFaults(prefix), ...waitFaults({ maxWaitMs, stallMs })];
    this.shared = connectionOf(rest, faults, 'NatsDiscovery');
    this.hold = new ConnectionHold(this.shared);
    this.prefix = prefix ?? SERVICE_PREFIX;
    this.maxWaitMs = maxWaitMs ?? 2_000;
    this.stallMs = stallMs ?? 300;
  }

  /** Lists the services that are there, by name. */
  async list(options?: DiscoveryCallOptions): Promise<ServiceAnswers<ServiceListing>> {
    const { services, invalid } = await this.ping(undefined, undefined, options);
    return { services: listingsOf(services), invalid };
  }

  /** Asks who is there, and how long each takes to say so: all, those of a name, or one. */
  ping(
    name?: string,
    id?: string,
    options?: DiscoveryCallOptions,
  ): Promise<ServiceAnswers<PingedService>> {
    return this.ask('PING', { name, id }, options, (ping, roundTripMs) => ({
      ...ping,
      roundTripMs,
    }));
  }

  /** Asks what services offer: all, those of a name, or one. */
  info(
    name?: string,
    id?: string,
    options?: DiscoveryCallOptions,
  ): Promise<ServiceAnswers<ServiceInfo>> {
    return this.ask('INFO', { name, id }, options, (info) => info);
  }

  /** Asks how services fare: all, those of a name, or one. */
  stats(
    name?: string,
    id?: string,
    options?: DiscoveryCallOptions,
  ): Promise<ServiceAnswers<ServiceStats>> {
    return this.ask('STATS', { name, id }, options, (stats) => stats);
  }

  /** Lets go of the connection. */
  async close(): Promise<void> {
    await this.hold.release();
  }

  private async ask<V extends ServiceVerb, T extends ServiceIdentity>(
    verb: V,
    target: ServiceTarget,
    options: DiscoveryCallOptions = {},
    finish: (answer: AnswerOf[V], elapsedMs: number) => T,
  ): Promise<ServiceAnswers<T>> {
    const { name, id } = target;
    assertQuestion(name, id, options);
    const { maxWaitMs = this.maxWaitMs, stallMs = this.stallMs, signal } = options;
    await untilAborted(this.hold.connect(), signal);
    const start = performance.now();
    return askServices(requesterOf(this.shared), {
      subject: controlSubject(verb, target, this.prefix),
      maxWaitMs,
      stallMs,
      signal,
      single: id !== undefined,
      read: (value) => {
        const answer = readAnswer(verb, value);
        if (answer === undefined || (name ?? answer.name) !== answer.name) return undefined;
        if ((id ?? answer.id) !== answer.id) return undefined;
        return finish(answer, performance.now() - start);
      },
    });
  }
}

function listingsOf(pings: readonly ServicePing[]): ServiceListing[] {
  const byName = new Map<string, ServiceIdentity[]>();
  for (const { name, id, version, metadata } of pings) {
    const instance = { name, id, version, metadata };
    const instances = byName.get(name);
    if (instances === undefined) byName.set(name, [instance]);
    else instances.push(instance);
  }
  const listings = [...byName].map(([name, instances]) => ({
    name,
    versions: [...new Set(instances.map(({ version }) => version))].toSorted(),
    instances,
  }));
  return listings.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
