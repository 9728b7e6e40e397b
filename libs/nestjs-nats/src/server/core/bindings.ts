import type { Msg } from '@nats-io/transport-node';
import type { SharedConnection } from '../../connection/shared-connection.js';
import {
  type KeptSubscription,
  type KeptSubscriptionRequest,
  subscribeAll,
} from '../../core/kept-subscription.js';
import { quote } from '../../errors/quote.js';
import type { HandlerLoad } from '../../events/participant.js';
import type { Endpoint } from '../../micro/service-responder.js';
import { handlerInfo } from '../handler-info.js';
import type { HandlerDefaults } from './handler-options.js';
import type { Declaration, Declarer } from '../declaration.js';
import { type HandlerEntry, type HandlerGroup, HandlerTable, isEmpty } from './handler-table.js';
import type { SubscriptionInfo } from '../listen-info.js';
import { overlapWarnings } from './overlap-warnings.js';

/** Where messages of a subscription go. */
export interface MessageSink {
  /** Hears what all handlers listen on, before the first message. */
  listening(filters: readonly string[]): void;
  receive(group: HandlerGroup, message: Msg): void;
  /** Hears what the server says against the subscription, and what {@link receive} throws. */
  fail(group: HandlerGroup, error: unknown): void;
  /** Hears that the server accepts a subscription again. */
  accepted(group: HandlerGroup): void;
}

/**
 * Keeps the handlers of a strategy that listens bound to subscriptions of its connection. Changes are
 * made one after the other: two may concern one subscription.
 */
export class Bindings implements Declarer {
  private readonly table: HandlerTable;
  private readonly live = new Map<HandlerGroup, KeptSubscription>();

  constructor(
    private readonly connection: SharedConnection,
    /** How long the server may take to confirm subscriptions, in milliseconds. */
    private readonly confirmMs: number,
    private readonly sink: MessageSink,
    private readonly defaults: HandlerDefaults,
  ) {
    this.table = new HandlerTable(defaults);
  }

  /** Describes what is subscribed. */
  get info(): SubscriptionInfo[] {
    return this.table.groups.flatMap(({ filter, queue, events, request }) => {
      const common = { subject: filter, queue: queue === '' ? undefined : queue };
      const described = (entries: readonly HandlerEntry[]) => ({
        patterns: entries.map(({ route }) => route),
        handlers: entries.map((entry) => handlerInfo(entry.declaration, this.defaults.placesOf)),
      });
      return [
        ...(events.length > 0 ? [{ kind: 'event' as const, ...common, ...described(events) }] : []),
        ...(request ? [{ kind: 'request' as const, ...common, ...described([request]) }] : []),
      ];
    });
  }

  /** Tells what each handler has to do. */
  get load(): HandlerLoad[] {
    return this.table.groups.flatMap(({ queue, events, request }) =>
      [...events, ...(request ? [request] : [])].map(({ pattern, slots, declaration }) => ({
        pattern: pattern.pattern,
        handler: declaration.kind,
        ...(queue !== '' && { queue }),
        inFlight: slots.runningCount,
        pending: slots.pendingCount,
      })),
    );
  }

  /** The request handlers that are subscribed, and endpoints of a service. */
  get endpoints(): Endpoint[] {
    return this.table.groups.flatMap((group) => {
      const { request, filter, queue } = group;
      if (request?.counter === undefined || !this.live.has(group)) return [];
      const { counter, options } = request;
      return [{ ...options.endpoint, subject: filter, queue_group: queue, counter }];
    });
  }

  /** Says what the server does not let through, while it does not. */
  get troubles(): string[] {
    return [...this.live].flatMap(([{ filter }, { refusal }]) =>
      refusal === undefined ? [] : [`is not subscribed to ${quote(filter)}: ${refusal.message}`],
    );
  }

  /** Says what is legal, but probably not meant. */
  get warnings(): string[] {
    return overlapWarnings(this.table.groups);
  }

  /** Checks a handler, and takes it up; {@link bind} binds it. Throws as {@link HandlerTable.add}. */
  declare(declaration: Declaration): void {
    this.table.add(declaration);
  }

  /** Takes a handler back that is not bound. */
  undeclare(declaration: Declaration): void {
    this.table.remove(declaration);
  }

  /**
   * Subscribes for all handlers that have been declared since, or for none.
   *
   * @throws NatsTransportError `PERMISSION_DENIED`, `TIMEOUT`
   */
  async bind(): Promise<void> {
    const groups = this.table.groups.filter((group) => !this.live.has(group));
    if (groups.length === 0) return;
    this.tell();
    const requests = groups.map((group) => this.request(group));
    const live = await subscribeAll(this.connection, requests, this.confirmMs);
    for (const [i, group] of groups.entries()) this.live.set(group, live[i]!);
  }

  /** Takes a handler out; its subscription goes with the last handler. */
  async remove(declaration: Declaration): Promise<void> {
    const group = this.table.remove(declaration);
    if (group === undefined || !isEmpty(group)) return;
    const live = this.live.get(group);
    this.live.delete(group);
    this.tell();
    try {
      await live?.drain(this.confirmMs);
    } catch (error) {
      // nothing comes any more all the same
      this.sink.fail(group, error);
    }
  }

  /** Ends delivery; resolves when what the server had sent by then has been received. */
  async drain(timeoutMs: number, haste: AbortSignal): Promise<void> {
    await Promise.all([...this.live.values()].map((live) => live.drain(timeoutMs, haste)));
  }

  private tell(): void {
    this.sink.listening(this.table.groups.map(({ filter }) => filter));
  }

  private request(group: HandlerGroup): KeptSubscriptionRequest {
    return {
      filter: group.filter,
      queue: group.queue,
      receive: (message) => this.sink.receive(group, message),
      fail: (error) => this.sink.fail(group, error),
      accepted: () => this.sink.accepted(group),
    };
  }
}
