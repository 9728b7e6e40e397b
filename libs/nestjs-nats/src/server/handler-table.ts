import type { MessageHandler } from '@nestjs/microservices';
import { isNatsTransportError, NatsTransportError } from '../errors/transport-error.js';
import { queueFault } from '../subject/filter.js';
import { compilePattern, type SubjectPattern } from '../subject/pattern.js';
import { quote } from '../subject/subject.js';

/** A handler as Nest registers it. */
export interface HandlerEntry {
  readonly pattern: SubjectPattern;
  readonly callback: MessageHandler;
}

/** All that one subscription serves: the handlers of one kind on one filter and queue group. */
export interface HandlerGroup {
  readonly kind: 'event' | 'request';
  readonly filter: string;
  /** The queue group, `''` for none. */
  readonly queue: string;
  /** One for requests, one or more for events. */
  readonly handlers: readonly HandlerEntry[];
}

interface Declared {
  readonly pattern: string;
  readonly callback: MessageHandler;
  readonly kind: HandlerGroup['kind'];
  readonly queue: unknown;
}

/**
 * Collects the handlers that Nest registers, and groups them into subscriptions.
 *
 * Two event handlers on one filter and queue group share a subscription, so that both get every
 * message: as members of the group on their own they would split the messages between them.
 */
export class HandlerTable {
  private readonly declared: Declared[] = [];

  /** @param queue the handler's own queue group, if it names one */
  add(pattern: string, kind: HandlerGroup['kind'], callback: MessageHandler, queue: unknown): void {
    this.declared.push({ pattern, kind, callback, queue });
  }

  /**
   * Checks everything that was declared and groups it.
   *
   * @param defaultQueue the queue group of handlers that name none
   * @throws NatsTransportError `INVALID_SUBJECT`, `DUPLICATE_HANDLER`; the message names every fault
   */
  groups(defaultQueue: string): HandlerGroup[] {
    const groups = new Map<string, HandlerGroup & { handlers: HandlerEntry[] }>();
    const faults: NatsTransportError[] = [];
    for (const { pattern, kind, callback, queue } of this.declared) {
      try {
        const entry = { pattern: compilePattern(pattern), callback };
        const group = {
          kind,
          filter: entry.pattern.filter,
          queue: checkedQueue(queue, defaultQueue, pattern),
        };
        // no part can hold a space, so the key is unambiguous
        const key = `${kind} ${group.filter} ${group.queue}`;
        const existing = groups.get(key);
        if (existing === undefined) groups.set(key, { ...group, handlers: [entry] });
        else if (kind === 'request') throw duplicate(existing, entry);
        else existing.handlers.push(entry);
      } catch (error) {
        if (!isNatsTransportError(error)) throw error;
        faults.push(error);
      }
    }
    throwAll(faults);
    return [...groups.values()];
  }
}

function checkedQueue(queue: unknown, defaultQueue: string, pattern: string): string {
  if (queue === undefined) return defaultQueue;
  if (queue === '') return '';
  const fault = queueFault(queue);
  if (fault === undefined) return queue as string;
  throw new NatsTransportError(
    'INVALID_SUBJECT',
    `Cannot use the queue group ${quote(queue)} of the handler for ${quote(pattern)}: ${fault}.`,
    { details: { subject: pattern, queue } },
  );
}

function duplicate(existing: HandlerGroup, entry: HandlerEntry): NatsTransportError {
  const first = existing.handlers[0]!.pattern.pattern;
  const group =
    existing.queue === '' ? 'without a queue group' : `in queue group ${quote(existing.queue)}`;
  return new NatsTransportError(
    'DUPLICATE_HANDLER',
    `Two request handlers answer ${quote(existing.filter)} ${group} ` +
      `(patterns ${quote(first)} and ${quote(entry.pattern.pattern)}): one request would be handled twice. ` +
      'Remove one, or give them different subjects.',
    { details: { subject: existing.filter, queue: existing.queue } },
  );
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
