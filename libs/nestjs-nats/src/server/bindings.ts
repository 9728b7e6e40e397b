import type { Msg, NatsConnection } from '@nats-io/transport-node';
import {
  type LiveSubscription,
  subscribeAll,
  type SubscriptionRequest,
} from '../core/subscriber.js';
import type { HandlerDefaults } from './handler-options.js';
import { type Declaration, type HandlerGroup, HandlerTable, isEmpty } from './handler-table.js';
import type { SubscriptionInfo } from './listen-info.js';
import { overlapWarnings } from './overlap-warnings.js';

/** Where messages of a subscription go. */
export interface MessageSink {
  receive(group: HandlerGroup, message: Msg): void;
  /** Hears what the server says against the subscription, and what {@link receive} throws. */
  fail(group: HandlerGroup, error: unknown): void;
}

/** Keeps the handlers of a strategy that listens bound to subscriptions of its connection. */
export class Bindings {
  private readonly table: HandlerTable;
  private readonly live = new Map<HandlerGroup, LiveSubscription>();
  /** The last change; changes wait for each other, as two may concern one subscription. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: NatsConnection,
    /** How long the server may take to confirm subscriptions, in milliseconds. */
    private readonly confirmMs: number,
    private readonly sink: MessageSink,
    defaults: HandlerDefaults,
  ) {
    this.table = new HandlerTable(defaults);
  }

  /** Describes what is subscribed. */
  get info(): SubscriptionInfo[] {
    return this.table.groups.flatMap(({ filter, queue, events, request }) => {
      const common = { subject: filter, queue: queue === '' ? undefined : queue };
      const patterns = events.map(({ route }) => route);
      return [
        ...(patterns.length > 0 ? [{ kind: 'event' as const, ...common, patterns }] : []),
        ...(request ? [{ kind: 'request' as const, ...common, patterns: [request.route] }] : []),
      ];
    });
  }

  /** Says what is legal, but probably not meant. */
  get warnings(): string[] {
    return overlapWarnings(this.table.groups);
  }

  /**
   * Binds handlers, all or none.
   *
   * @throws NatsTransportError `INVALID_SUBJECT`, `INVALID_OPTIONS`, `DUPLICATE_HANDLER`,
   * `PERMISSION_DENIED`, `TIMEOUT`
   */
  async addAll(declarations: readonly Declaration[]): Promise<void> {
    this.table.addAll(declarations);
    const { groups } = this.table;
    const live = await subscribeAll(
      this.connection,
      groups.map((group) => this.request(group)),
      this.confirmMs,
    );
    for (const [i, group] of groups.entries()) this.live.set(group, live[i]!);
  }

  /** Binds one more handler; see {@link addAll} for what it throws. */
  add(declaration: Declaration): Promise<void> {
    return this.inTurn(() => this.addNow(declaration));
  }

  /** Takes a handler out; its subscription goes with the last handler. */
  remove(declaration: Declaration): Promise<void> {
    return this.inTurn(() => this.removeNow(declaration));
  }

  private async addNow(declaration: Declaration): Promise<void> {
    const group = this.table.add(declaration);
    if (this.live.has(group)) return;
    try {
      const [live] = await subscribeAll(this.connection, [this.request(group)], this.confirmMs);
      this.live.set(group, live!);
    } catch (error) {
      this.table.remove(declaration);
      throw error;
    }
  }

  private async removeNow(declaration: Declaration): Promise<void> {
    const group = this.table.remove(declaration);
    if (group === undefined || !isEmpty(group)) return;
    const live = this.live.get(group);
    this.live.delete(group);
    await live?.drain();
  }

  /** Ends delivery; resolves when what the server had sent by then has been received. */
  async drain(): Promise<void> {
    await Promise.all([...this.live.values()].map((live) => live.drain()));
  }

  private inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.last.then(change);
    this.last = done.catch(() => undefined);
    return done;
  }

  private request(group: HandlerGroup): SubscriptionRequest {
    return {
      filter: group.filter,
      queue: group.queue,
      receive: (message) => this.sink.receive(group, message),
      fail: (error) => this.sink.fail(group, error),
    };
  }
}
