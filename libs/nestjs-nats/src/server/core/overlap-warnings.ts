import { quote } from '../../errors/quote.js';
import { overlap } from '../../subject/filter.js';
import type { HandlerGroup } from './handler-table.js';

type Subscribed = Pick<HandlerGroup, 'filter' | 'queue'>;

/**
 * Warns of handlers whose filters overlap in one queue group. A server picks one member of a group
 * by its name alone, whatever the members subscribe to: on a subject that both filters match, each
 * message goes to one of the handlers, where an application expects it at both.
 * @see https://docs.nats.io/nats-concepts/core-nats/queue
 */
export function overlapWarnings(groups: readonly Subscribed[]): string[] {
  const queued = groups.filter(({ queue }) => queue !== '');
  return queued.flatMap((one, i) =>
    queued
      .slice(i + 1)
      .filter((other) => one.queue === other.queue && overlap(one.filter, other.filter))
      .map((other) => warning(one, other)),
  );
}

function warning(one: Subscribed, other: Subscribed): string {
  return (
    `The handlers for ${quote(one.filter)} and ${quote(other.filter)} share the queue group ` +
    `${quote(one.queue)}: a message that both match goes to only one of them. ` +
    'Give one of them a queue group of its own.'
  );
}
