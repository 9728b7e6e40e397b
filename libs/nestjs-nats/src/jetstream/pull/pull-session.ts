import { setTimeout as sleep } from 'node:timers/promises';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { within } from '../../connection/within.js';
import { confirmPublished } from '../../core/confirm.js';
import type { RequestTokens } from '../../core/request-tokens.js';
import { DEFAULT_API_PREFIX } from '../api/js-options.js';
import type { DeliveredMessage, Delivery } from './delivery.js';
import { type SessionEnd, undrained } from './pull-end.js';
import { type LaneSink, PullLane } from './pull-lane.js';
import { PullLanes } from './pull-lanes.js';
import { PullLimits } from './pull-limits.js';
import type { PullLoopOptions } from './pull-options.js';
import { PullPacer } from './pull-pacer.js';
import type { PullPin } from './pull-pin.js';
import { pullSize } from './pull-policy.js';
import { type ConsumerNames, encodePull, pullSubject } from './pull-request.js';
import type { PullStatus } from './pull-status.js';

/** Is how long it may take to withdraw requests: a server that hangs must not hold it up. */
const DRAIN_MS = 1_000;

/** Is for how long nothing may have come for nothing to be on its way, and how long that is waited for. */
const QUIET_MS = 25;
const LINGER_MS = 200;

/** What outlives a session: it holds for the next one as well. */
export interface SessionMemory {
  readonly tokens: RequestTokens;
  readonly pin: PullPin | undefined;
}

/** Asks one consumer for messages, on one connection, for as long as both are there. */
export class PullSession implements LaneSink {
  /** Resolves when nothing more is asked for. */
  readonly ended: Promise<SessionEnd>;
  /** Resolves when a request has been served, if only by a heartbeat, or the session is over. */
  readonly served: Promise<void>;
  private resolveEnded!: (end: SessionEnd) => void;
  private resolveServed!: () => void;
  /** Where messages are asked for. */
  readonly subject: string;
  private readonly lanes: PullLanes;
  private readonly limits: PullLimits;
  private over: SessionEnd | undefined;
  private monitor: NodeJS.Timeout | undefined;
  private readonly pacer = new PullPacer(() => this.pull());
  private held: DeliveredMessage[] | undefined;
  private receiving = false;

  constructor(
    private readonly options: PullLoopOptions,
    private readonly memory: SessionMemory,
    private readonly connection: NatsConnection,
    private readonly names: ConsumerNames,
  ) {
    this.subject = pullSubject(options.api, names);
    this.limits = new PullLimits(options.expiresMs, options.heartbeatMs);
    this.ended = new Promise((resolve) => (this.resolveEnded = resolve));
    this.served = new Promise((resolve) => (this.resolveServed = resolve));
    const { connection: shared, maxWaiting } = options;
    const lane = (): PullLane => new PullLane(shared, connection, names, memory.tokens, this);
    this.lanes = new PullLanes(lane, maxWaiting);
    this.watch();
  }

  /** Why it is over, if it is. */
  get end(): SessionEnd | undefined {
    return this.over;
  }

  /**
   * Asks for messages, and makes sure that the server takes that.
   *
   * @throws NatsTransportError `PERMISSION_DENIED`, `NOT_CONNECTED`, `CONNECTION_LOST`, `TIMEOUT`
   */
  async open(timeoutMs: number): Promise<void> {
    this.pacer.now();
    await confirmPublished(this.options.connection, this.connection, this.subject, timeoutMs);
    this.lanes.assertAccepted();
  }

  /** There is more room: asks at once if all has come and been handled, or else as the pacer says. */
  freed(): void {
    if (this.receiving && this.lanes.credit === 0) this.pacer.now();
    else this.pacer.freed();
  }

  /** Ends it; what still comes is received until {@link close}. */
  finish(end: SessionEnd): void {
    if (this.over !== undefined) return;
    this.over = end;
    clearTimeout(this.monitor);
    this.pacer.stop();
    this.resolveEnded(end);
    this.resolveServed();
  }

  /** Withdraws what was asked for; resolves when what the server had sent by then has been taken. */
  async close(): Promise<void> {
    this.finish({ reason: 'closed' });
    try {
      if (this.options.connection.isUp)
        await within(this.lanes.drain(DRAIN_MS), DRAIN_MS, () => undrained(DRAIN_MS));
    } catch (error) {
      this.options.report({ type: 'failed', error });
    } finally {
      this.lanes.unsubscribe();
    }
  }

  /** Takes no more messages, and closes; refuses what still comes. */
  async stop(): Promise<void> {
    // a message that is refused comes again at once: not to this process, when it asks no more
    const held: DeliveredMessage[] = [];
    this.held = held;
    this.finish({ reason: 'closed' });
    if (!this.isNearby()) await this.quiet(held);
    await this.close();
    for (const { message, delivery } of held) this.options.refuse(message, delivery);
  }

  /** The connection is gone, and what was asked for with it. */
  lose(): void {
    this.lanes.unsubscribe();
    this.finish({ reason: 'lost' });
  }

  delivered(message: Msg, delivery: Delivery, expected: boolean): void {
    this.serve();
    this.memory.pin?.learn(message, this.names);
    if (this.held !== undefined) {
      this.held.push({ message, delivery });
      return;
    }
    // what was not asked for may only take what is left besides
    const promised = expected ? 0 : this.lanes.credit;
    if (this.options.freeSlots() <= promised) {
      this.options.refuse(message, delivery);
    } else {
      this.receiving = true;
      try {
        this.options.receive(message, delivery);
      } catch (error) {
        this.options.report({ type: 'failed', error });
      } finally {
        this.receiving = false;
      }
    }
    this.pacer.soon();
  }

  status(lane: PullLane, status: PullStatus): void {
    switch (status.kind) {
      case 'alive':
        this.serve();
        if (status.lastConsumerSequence !== undefined)
          this.options.heartbeat?.(status.lastConsumerSequence);
        return;
      case 'gone':
      case 'refused':
        return this.finish({ reason: status.kind, status });
      case 'unpinned':
        this.memory.pin?.forget();
        break;
      case 'limited':
        this.limits.lower(status);
        break;
      case 'odd':
        this.options.report({ type: 'odd', status });
        return this.pacer.later();
      case 'moved':
        return this.pacer.later();
      case 'ended':
        break;
    }
    // whatever the reason is, to ask in a circle helps nobody
    if (lane.wasBrief) this.pacer.later();
    else this.pacer.soon();
  }

  foreign(subject: string): void {
    this.options.report({ type: 'foreign', subject });
  }

  fail(error: unknown): void {
    this.finish({ reason: 'failed', error });
  }

  private serve(): void {
    if (this.limits.prove()) this.resolveServed();
  }

  /** Whether the server that this process talks to is the one that serves the consumer. */
  private isNearby(): boolean {
    const { apiPrefix } = this.options.api.options;
    return this.connection.info?.cluster === undefined && apiPrefix === DEFAULT_API_PREFIX;
  }

  /**
   * Waits until nothing is on its way, if that is soon: what one server sends to another while this
   * process leaves is lost on the way, and would come again only when its ack wait is over.
   */
  private async quiet(held: readonly DeliveredMessage[]): Promise<void> {
    for (let leftMs = LINGER_MS; leftMs > 0 && this.lanes.credit > 0; leftMs -= QUIET_MS) {
      const { length } = held;
      await sleep(QUIET_MS);
      if (held.length === length) return;
    }
  }

  private get size(): number {
    const { maxBatch } = this.limits;
    return pullSize({ free: this.options.freeSlots(), credit: this.lanes.credit, maxBatch });
  }

  private pull(): void {
    const { pin } = this.memory;
    for (let batch = this.size; batch > 0; batch = this.size) {
      // the server gives the place to a request: another one without the id would get nothing
      if (pin !== undefined && pin.id === undefined && this.lanes.credit > 0) return;
      const lane = this.lanes.free();
      if (lane === undefined) return;
      const { expiresMs, heartbeatMs } = this.limits;
      const request = { batch, expiresMs, heartbeatMs, group: pin?.group, pinId: pin?.id };
      try {
        lane.ask(this.subject, batch, encodePull(request));
      } catch (error) {
        return this.finish({ reason: 'lost', error });
      }
    }
  }

  private watch(): void {
    this.monitor = setTimeout(() => {
      if (this.lanes.tick()) return this.finish({ reason: 'silent' });
      this.pacer.soon();
      this.watch();
    }, this.limits.heartbeatMs);
  }
}
