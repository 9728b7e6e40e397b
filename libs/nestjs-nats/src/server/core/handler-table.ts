import type { MessageHandler } from '@nestjs/microservices';
import { Slots } from '../../core/slots.js';
import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { PlainReplyFormat, type ReplyFormat } from '../../message/reply-format.js';
import { EndpointCounter } from '../../micro/endpoint-counter.js';
import { compilePattern, type SubjectPattern } from '../../subject/pattern.js';
import type { Declaration } from '../declaration.js';
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
  /** Counts requests, if the handler is an endpoint of a service. */
  readonly counter: EndpointCounter | undefined;
}

/**
 * All that one subscription serves: the handlers on one filter and queue group, of both kinds. As
 * members of the group on their own they would split the messages between them.
 */
export interface HandlerGroup {
  readonly filter: string;
  /** The queue group, `''` for none. */
  readonly queue: string;
  readonly events: readonly HandlerEntry[];
  readonly request: HandlerEntry | undefined;
  /** Whether another group on this filter answers requests, so that this one leaves them to it. */
  readonly leavesRequests: boolean;
  /** Whether another group on this filter takes events, so that this one leaves them to it. */
  readonly leavesEvents: boolean;
}

interface Group extends HandlerGroup {
  events: HandlerEntry[];
  request: HandlerEntry | undefined;
  leavesRequests: boolean;
  leavesEvents: boolean;
}

/** Checks handlers and groups them into subscriptions. */
export class HandlerTable {
  private readonly byKey = new Map<string, Group>();

  constructor(private readonly defaults: HandlerDefaults) {}

  get groups(): HandlerGroup[] {
    return [...this.byKey.values()];
  }

  /**
   * Adds a handler.
   *
   * @returns its group, which is new when the handler is its only one
   * @throws NatsTransportError `INVALID_SUBJECT`, `INVALID_OPTIONS`, `DUPLICATE_HANDLER`
   */
  add(declaration: Declaration): HandlerGroup {
    const entry = bindHandler(declaration, this.defaults);
    const { filter } = entry.pattern;
    const { queue } = entry.options;
    const group = this.byKey.get(keyOf(filter, queue)) ?? newGroup(filter, queue);
    if (declaration.kind === 'event') group.events.push(entry);
    else if (group.request === undefined) group.request = entry;
    else throw this.duplicate(group, group.request, entry);
    this.byKey.set(keyOf(filter, queue), group);
    this.mark(filter);
    return group;
  }

  /** @returns the group it was in, with its other handlers left, perhaps none */
  remove(declaration: Declaration): HandlerGroup | undefined {
    const isIt = (entry: HandlerEntry | undefined): boolean => entry?.declaration === declaration;
    for (const group of this.byKey.values()) {
      if (isIt(group.request)) group.request = undefined;
      else if (group.events.some(isIt)) group.events = group.events.filter((entry) => !isIt(entry));
      else continue;
      if (isEmpty(group)) this.byKey.delete(keyOf(group.filter, group.queue));
      this.mark(group.filter);
      return group;
    }
    return undefined;
  }

  private duplicate(
    { filter, queue }: HandlerGroup,
    first: HandlerEntry,
    second: HandlerEntry,
  ): NatsTransportError {
    const routes = [first.route, second.route];
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

  private mark(filter: string): void {
    const all = [...this.byKey.values()].filter((group) => group.filter === filter);
    const answered = all.some((group) => group.request !== undefined);
    const taken = all.some((group) => group.events.length > 0);
    for (const group of all) {
      group.leavesRequests = answered && group.request === undefined;
      group.leavesEvents = taken && group.events.length === 0;
    }
  }
}

/** Tells whether a group has no handlers any more. */
export function isEmpty({ events, request }: HandlerGroup): boolean {
  return events.length === 0 && request === undefined;
}

function newGroup(filter: string, queue: string): Group {
  return {
    filter,
    queue,
    events: [],
    request: undefined,
    leavesRequests: false,
    leavesEvents: false,
  };
}

function keyOf(filter: string, queue: string): string {
  // neither can hold a space, so the key is unambiguous
  return `${filter} ${queue}`;
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
    counter: defaults.isService && kind === 'request' ? new EndpointCounter() : undefined,
  };
}
