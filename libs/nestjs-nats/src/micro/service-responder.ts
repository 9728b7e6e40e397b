import { type Msg, nuid, PermissionViolationError } from '@nats-io/transport-node';
import type { SharedConnection } from '../connection/shared-connection.js';
import { publishNow } from '../core/publisher.js';
import type { ReplyPolicy } from '../core/reply-policy.js';
import { type KeptSubscription, subscribeAll } from '../core/kept-subscription.js';
import type { SubscriptionRequest } from '../core/subscriber.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import { controlSubject } from './control-subject.js';
import type { EndpointCounter } from './endpoint-counter.js';
import {
  type EndpointInfo,
  SERVICE_TYPES,
  type ServiceIdentity,
  type ServiceInfo,
  type ServicePing,
  type ServiceStats,
  type ServiceVerb,
} from './service-answers.js';
import type { ServiceOptions } from './service-options.js';

/** A request handler, as far as a service shows it. */
export interface Endpoint extends EndpointInfo {
  readonly counter: EndpointCounter;
}

/** What a {@link ServiceResponder} works with. */
export interface ServiceResponderOptions {
  readonly connection: SharedConnection;
  /** How long the server may take to confirm subscriptions, in milliseconds. */
  readonly confirmMs: number;
  /** Has been checked. */
  readonly service: ServiceOptions;
  readonly replyPolicy: ReplyPolicy;
  /** Gives the handlers there are at the moment. */
  readonly endpoints: () => readonly Endpoint[];
  /** Hears that a question is not answered, as its reply subject is no inbox. */
  readonly replyRefused: (subject: string, reply: string) => void;
  /** Hears what the server says against a subscription, and what keeps an answer from being sent. */
  readonly fail: (subject: string, error: unknown) => void;
}

const VERBS = ['PING', 'INFO', 'STATS'] satisfies ServiceVerb[];

/**
 * Answers those who look for services, in the protocol of NATS micro (ADR-32 of NATS): who is
 * there, what it offers, and how it fares. Each is asked of all services, of those of one name, and
 * of one instance; without a queue group, so that every instance answers.
 */
export class ServiceResponder {
  private readonly id = nuid.next();
  private readonly started = new Date().toISOString();
  private readonly identity: ServiceIdentity;
  private live: KeptSubscription[] = [];
  private refusal: string | undefined;
  private readonly answers = {
    PING: () => this.ping(),
    INFO: () => this.info(),
    STATS: () => this.stats(),
  } satisfies Record<ServiceVerb, () => object>;

  constructor(private readonly options: ServiceResponderOptions) {
    const { name, version, metadata } = options.service;
    this.identity = { name, id: this.id, version, metadata: { ...metadata } };
  }

  /** Says why nobody finds the service, if the server does not let it be found. */
  get warnings(): string[] {
    return this.refusal === undefined ? [] : [`The service cannot be found: ${this.refusal}`];
  }

  /**
   * Subscribes. Without the permission the handlers do their work all the same: then
   * {@link warnings} says so.
   *
   * @throws NatsTransportError `TIMEOUT` when the server does not answer
   */
  async start(): Promise<void> {
    const { connection, confirmMs } = this.options;
    const { name } = this.identity;
    const targets = [{}, { name }, { name, id: this.id }];
    const requests = VERBS.flatMap((verb) =>
      targets.map((target) => this.request(verb, controlSubject(verb, target))),
    );
    try {
      this.live = await subscribeAll(connection, requests, confirmMs);
    } catch (error) {
      if (!isNatsTransportError(error, 'PERMISSION_DENIED')) throw error;
      this.refusal = error.message;
    }
  }

  /** Is not to be found any more; answers what the server had sent by then. */
  async stop(timeoutMs: number, haste?: AbortSignal): Promise<void> {
    await Promise.all(this.live.splice(0).map((live) => live.drain(timeoutMs, haste)));
  }

  private request(verb: ServiceVerb, filter: string): SubscriptionRequest {
    return {
      filter,
      queue: '',
      receive: (message) => this.receive(verb, message),
      fail: (error) => {
        // at the start it is told once, by warnings
        const isKnown = this.live.length === 0 && error instanceof PermissionViolationError;
        if (!isKnown) this.options.fail(filter, error);
      },
    };
  }

  private receive(verb: ServiceVerb, { subject, reply }: Msg): void {
    const { connection, replyPolicy, replyRefused } = this.options;
    if (!reply) return;
    if (!replyPolicy.allows(reply)) {
      replyRefused(subject, reply);
      return;
    }
    publishNow(connection, {
      subject: reply,
      payload: Buffer.from(JSON.stringify(this.answers[verb]())),
    });
  }

  private ping(): ServicePing {
    return { type: SERVICE_TYPES.PING, ...this.identity };
  }

  private info(): ServiceInfo {
    const { service, endpoints } = this.options;
    return {
      type: SERVICE_TYPES.INFO,
      ...this.identity,
      description: service.description ?? '',
      endpoints: endpoints().map(({ name, subject, queue_group, metadata }) => {
        return { name, subject, queue_group, metadata };
      }),
    };
  }

  private stats(): ServiceStats {
    return {
      type: SERVICE_TYPES.STATS,
      ...this.identity,
      started: this.started,
      endpoints: this.options.endpoints().map(({ name, subject, queue_group, counter }) => {
        return { name, subject, queue_group, ...counter.counts };
      }),
    };
  }
}
