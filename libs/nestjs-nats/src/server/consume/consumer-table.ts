import type { MessageHandler } from '@nestjs/microservices';
import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { PlainReplyFormat, type ReplyFormat } from '../../message/reply-format.js';
import { matches, overlap } from '../../subject/filter.js';
import { compilePattern, type SubjectPattern } from '../../subject/pattern.js';
import type { Declaration } from '../declaration.js';
import type { ResolvedConsumeOptions } from '../../jetstream/consumer/resolve-consume.js';
import { type ConsumeDefaults, resolveConsumer } from './consumer-options.js';

/** One pattern of a handler that consumes a stream. */
export interface ConsumerEntry {
  readonly declaration: Declaration;
  /** The pattern as Nest writes it: what an envelope names. */
  readonly route: string;
  readonly pattern: SubjectPattern;
  readonly callback: MessageHandler;
  readonly options: ResolvedConsumeOptions;
  /** Is of no use here: nobody is answered. */
  readonly replyFormat: ReplyFormat;
}

/** All that one consumer serves: a handler with its patterns. */
export interface ConsumerGroup {
  readonly options: ResolvedConsumeOptions;
  readonly entries: readonly ConsumerEntry[];
}

interface Group extends ConsumerGroup {
  /** What Nest gives with each pattern of one method: the same object. */
  readonly extras: Declaration['extras'];
  readonly entries: ConsumerEntry[];
}

/** Checks handlers that consume streams, and groups them into consumers. */
export class ConsumerTable {
  private readonly all = new Set<Group>();

  constructor(private readonly defaults: ConsumeDefaults) {}

  get groups(): ConsumerGroup[] {
    return [...this.all];
  }

  /**
   * Adds a handler.
   *
   * @returns its group; a further pattern of the same method joins that of the first
   * @throws NatsTransportError `INVALID_SUBJECT`, `INVALID_OPTIONS`, `DUPLICATE_HANDLER`
   */
  add(declaration: Declaration): ConsumerGroup {
    const { route, callback, extras } = declaration;
    const pattern = compilePattern(route);
    const own = [...this.all].find((group) => group.extras === extras);
    const options = own?.options ?? resolveConsumer(declaration, this.defaults);
    const replyFormat = new PlainReplyFormat(options.codec);
    const entry: ConsumerEntry = { declaration, route, pattern, callback, options, replyFormat };
    if (own !== undefined) {
      assertApart(own, entry);
      own.entries.push(entry);
      return own;
    }
    const group: Group = { options, extras, entries: [entry] };
    const other = [...this.all].find((known) => isSameDurable(known, group));
    if (other !== undefined) throw this.duplicate(other, group);
    this.all.add(group);
    return group;
  }

  /** @returns the group it was in, with its other patterns left, perhaps none */
  remove(declaration: Declaration): ConsumerGroup | undefined {
    for (const group of this.all) {
      const at = group.entries.findIndex((entry) => entry.declaration === declaration);
      if (at === -1) continue;
      group.entries.splice(at, 1);
      if (group.entries.length === 0) this.all.delete(group);
      return group;
    }
    return undefined;
  }

  private duplicate(first: Group, second: Group): NatsTransportError {
    const { stream, durable } = second.options;
    const routes = [...first.entries, ...second.entries].map(({ route }) => route);
    const places = [...new Set(routes.flatMap((route) => this.defaults.placesOf?.(route) ?? []))];
    const by = places.length === 0 ? '' : ` at ${places.join(' and ')}`;
    return new NatsTransportError(
      'DUPLICATE_HANDLER',
      `Two handlers consume the stream ${quote(stream)} by the durable ${quote(durable)} ` +
        `(patterns ${routes.map(quote).join(' and ')}${by}): each would get messages of the other. ` +
        'Give each a durable of its own.',
      { details: { stream, durable, patterns: routes, places } },
    );
  }
}

/** Finds the handler of a message: the first whose pattern takes its subject. */
export function entryFor({ entries }: ConsumerGroup, subject: string): ConsumerEntry | undefined {
  // the server has filtered already
  if (entries.length === 1) return entries[0];
  return entries.find(({ pattern }) => matches(pattern.filter, subject));
}

/** Tells whether a declaration is of a handler that consumes a stream. */
export function isConsumer({ extras }: Pick<Declaration, 'extras'>): boolean {
  return extras['stream'] !== undefined;
}

function isSameDurable(one: Group, other: Group): boolean {
  const { stream, durable } = one.options;
  return (
    durable !== undefined && durable === other.options.durable && stream === other.options.stream
  );
}

function assertApart(group: Group, { pattern, route }: ConsumerEntry): void {
  const other = group.entries.find((entry) => overlap(entry.pattern.filter, pattern.filter));
  if (other === undefined) return;
  throw new NatsTransportError(
    'INVALID_OPTIONS',
    `The patterns ${quote(other.route)} and ${quote(route)} of one handler of the stream ` +
      `${quote(group.options.stream)} take some messages both, which a consumer cannot. Leave one out.`,
    { details: { stream: group.options.stream, patterns: [other.route, route] } },
  );
}
