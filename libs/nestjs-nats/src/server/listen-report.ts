import { inspect } from 'node:util';
import { printTable } from '../jetstream/api/print-table.js';
import type { ConsumerInfo, HandlerInfo, NatsListenInfo, SubscriptionInfo } from './listen-info.js';

/**
 * Is what a strategy logs when it listens: a table in a terminal, and the {@link NatsListenInfo} where
 * entries of the log are JSON.
 */
export class ListenReport {
  readonly #text: string;

  /** @param more what else there is to say, a paragraph each */
  constructor(info: NatsListenInfo, more: readonly string[] = []) {
    Object.assign(this, info);
    this.#text = [textOf(info), ...more].join('\n');
  }

  toString(): string {
    return this.#text;
  }

  [inspect.custom](): string {
    return this.#text;
  }
}

const HEAD = ['handler', 'kind', 'subject', 'shared by', 'options'] as const;

/** Have a column of their own. */
const SHOWN = new Set(['queue', 'stream', 'durable', 'mode']);

function textOf({ server, serverVersion, subscriptions, consumers }: NatsListenInfo): string {
  const first =
    server === undefined
      ? 'Will listen when there is a server'
      : `Listens on ${server} (nats-server ${serverVersion})`;
  const rows = [...subscriptions.flatMap(subscriptionRows), ...consumers.flatMap(consumerRows)];
  return rows.length === 0
    ? `${first}, without handlers`
    : `${first}\n${printTable([HEAD, ...rows])}`;
}

function subscriptionRows({ kind, subject, queue, handlers }: SubscriptionInfo): string[][] {
  const group = queue === undefined ? 'nobody' : `queue ${queue}`;
  return handlers.map((handler) => [nameOf(handler), kind, subject, group, optionsOf(handler)]);
}

function consumerRows({ stream, durable, mode, subjects, handlers }: ConsumerInfo): string[][] {
  const consumer = durable === undefined ? `${stream}, ${mode}` : `${stream}, durable ${durable}`;
  return handlers.map((handler, i) => {
    return [nameOf(handler), 'stream', subjects[i]!, consumer, optionsOf(handler)];
  });
}

function nameOf({ pattern, places }: HandlerInfo): string {
  return places.length === 0 ? pattern : places.join(', ');
}

function optionsOf({ options }: HandlerInfo): string {
  return Object.entries(options)
    .filter(([name]) => !SHOWN.has(name))
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ');
}
