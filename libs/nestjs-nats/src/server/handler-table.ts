import type { MessageHandler } from '@nestjs/microservices';
import { Slots } from '../core/slots.js';
import { isNatsTransportError, NatsTransportError } from '../errors/transport-error.js';
import { PlainReplyFormat, type ReplyFormat } from '../message/reply-format.js';
import { compilePattern, type SubjectPattern } from '../subject/pattern.js';
import { quote } from '../subject/subject.js';
import {
  type HandlerDefaults,
  resolveHandlerOptions,
  type ResolvedHandlerOptions,
} from './handler-options.js';

/** A handler that is bound. */
export interface HandlerEntry {
  /** What it was made of. */
  readonly declaration: Declaration;
  /** The pattern as Nest writes it: what an envelope names. */
  readonly route: string;
  readonly pattern: SubjectPattern;
  readonly callback: MessageHandler;
  readonly options: ResolvedHandlerOptions;
  readonly slots: Slots;
  /** Writes answers in the handler's codec. */
  readonly replyFormat: ReplyFormat;
}

/** All that one subscription serves: the handlers of one kind on one filter and queue group. */
export interface HandlerGroup {
  readonly kind: 'event' | 'request';
  readonly filter: string;
  /** The queue group, `''` for none. */
  readonly queue: string;
  /** One for requests, one or more for events. */
  readonly handlers: readonly HandlerEntry[];
  /** Whether requests on this filter have a handler of their own, so that events leave them to it. */
  readonly leavesRequests: boolean;
}

interface Group extends HandlerGroup {
  handlers: HandlerEntry[];
  leavesRequests: boolean;
}

/** A handler as it was declared. */
export interface Declaration {
  readonly route: string;
  readonly kind: HandlerGroup['kind'];
  readonly callback: MessageHandler;
  readonly extras: Readonly<Record<string, unknown>>;
}

/**
 * Checks handlers and groups them into subscriptions.
 *
 * Two event handlers on one filter and queue group share a subscription, so that both get every
 * message: as members of the group on their own they would split the messages between them.
 */
export class HandlerTable {
  private readonly byKey = new Map<string, Group>();

  constructor(private readonly defaults: HandlerDefaults) {}

  get groups(): HandlerGroup[] {
    return [...this.byKey.values()];
  }

  /**
   * Adds handlers, all or none.
   *
   * @throws NatsTransportError `INVALID_SUBJECT`, `INVALID_OPTIONS`, `DUPLICATE_HANDLER`; the message
   * names every fault
   */
  addAll(declarations: readonly Declaration[]): void {
    const faults: NatsTransportError[] = [];
    for (const declaration of declarations) {
      try {
        this.add(declaration);
      } catch (error) {
        if (!isNatsTransportError(error)) throw error;
        faults.push(error);
      }
    }
    throwAll(faults);
  }

  /**
   * Adds a handler.
   *
   * @returns its group, which is new when the handler is its only one
   * @throws NatsTransportError `INVALID_SUBJECT`, `INVALID_OPTIONS`, `DUPLICATE_HANDLER`
   */
  add(declaration: Declaration): HandlerGroup {
    const entry = bindHandler(declaration, this.defaults);
    const { kind } = declaration;
    const { filter } = entry.pattern;
    const { queue } = entry.options;
    const key = keyOf({ kind, filter, queue });
    let group = this.byKey.get(key);
    if (group === undefined) {
      group = { kind, filter, queue, handlers: [], leavesRequests: false };
      this.byKey.set(key, group);
    } else if (kind === 'request') {
      throw this.duplicate(group, entry);
    }
    group.handlers.push(entry);
    this.markRequests(filter);
    return group;
  }

  /** @returns the group it was in, with its other handlers left, perhaps none */
  remove(declaration: Declaration): HandlerGroup | undefined {
    for (const group of this.byKey.values()) {
      const others = group.handlers.filter((handler) => handler.declaration !== declaration);
      if (others.length === group.handlers.length) continue;
      group.handlers = others;
      if (others.length === 0) this.byKey.delete(keyOf(group));
      this.markRequests(group.filter);
      return group;
    }
    return undefined;
  }

  private duplicate(existing: HandlerGroup, entry: HandlerEntry): NatsTransportError {
    const { filter, queue, handlers } = existing;
    const routes = [...handlers, entry].map((handler) => handler.route);
    const places = new Set(routes.flatMap((route) => this.defaults.placesOf?.(route) ?? []));
    const by = places.size === 0 ? '' : ` at ${[...places].join(' and ')}`;
    const group = queue === '' ? 'without a queue group' : `in queue group ${quote(queue)}`;
    return new NatsTransportError(
      'DUPLICATE_HANDLER',
      `Two request handlers answer ${quote(filter)} ${group} ` +
        `(patterns ${routes.map(quote).join(' and ')}${by}): one request would be handled twice. ` +
        'Remove one, or give them different subjects.',
      { details: { subject: filter, queue, places: [...places] } },
    );
  }

  private markRequests(filter: string): void {
    const all = [...this.byKey.values()].filter((group) => group.filter === filter);
    const requested = all.some((group) => group.kind === 'request');
    for (const group of all) group.leavesRequests = requested && group.kind === 'event';
  }
}

function keyOf({ kind, filter, queue }: Pick<HandlerGroup, 'kind' | 'filter' | 'queue'>): string {
  // no part can hold a space, so the key is unambiguous
  return `${kind} ${filter} ${queue}`;
}

function bindHandler(declaration: Declaration, defaults: HandlerDefaults): HandlerEntry {
  const { route, kind, callback, extras } = declaration;
  const pattern = compilePattern(route);
  const options = resolveHandlerOptions(extras, kind, route, defaults);
  const slots = new Slots(options);
  return {
    declaration,
    route,
    pattern,
    callback,
    options,
    slots,
    replyFormat: new PlainReplyFormat(options.codec),
  };
}

function throwAll(faults: readonly NatsTransportError[]): void {
  const [first, ...others] = faults;
  if (first === undefined) return;
  if (others.length === 0) throw first;
  throw new NatsTransportError(
    first.code,
    `${faults.length} handlers cannot be bound:\n${faults.map((fault) => `- ${fault.message}`).join('\n')}`,
    {
      cause: new AggregateError(faults),
      details: { faults: faults.map((fault) => fault.message) },
    },
  );
}
