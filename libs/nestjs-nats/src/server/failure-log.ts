import type { LoggerService } from '@nestjs/common';
import { IncidentLog } from '../connection/incident-log.js';
import { codeOf, stackOf, type LogFields } from '../connection/log-entry.js';
import { quote } from '../errors/quote.js';
import { isNestInternalError } from '../message/error-reply.js';
import type { Tally } from './counters.js';
import { FailureOrigins } from './failure-origins.js';
import { failureText } from './handling/handler-result.js';
import type { HandlerEntry } from './core/handler-table.js';

/** Says in the log what went wrong with messages, without a line for every message, and counts it. */
export class FailureLog {
  private readonly incidents: IncidentLog;
  private readonly origins = new FailureOrigins();

  constructor(
    logger: LoggerService,
    private readonly tally: Tally,
  ) {
    this.incidents = new IncidentLog(logger);
  }

  /** An event was not handled to its end. */
  event(handler: HandlerEntry, subject: string, failure: unknown): void {
    // Nest has logged it, with its stack
    if (isNestInternalError(failure)) return;
    this.failed('event', handler, subject, failure);
  }

  /** A request was answered with an error that its handler did not make for the caller. */
  request(handler: HandlerEntry, subject: string, failure: unknown): void {
    if (isNestInternalError(failure)) return;
    this.failed('request', handler, subject, failure);
  }

  /** A request got no answer at all. */
  unanswered(handler: HandlerEntry, subject: string, failure: unknown): void {
    this.tally.unanswered++;
    this.incidents.warn(
      `unanswered ${handler.route}`,
      `The request on ${quote(subject)} got no answer: ${failureText(failure)}`,
      about(handler, subject, failure),
    );
  }

  /** The server does not let an answer through. */
  answerRefused(handler: HandlerEntry, reply: string): void {
    this.tally.unanswered++;
    this.incidents.warn(
      `answer ${handler.route}`,
      `An answer of the handler for ${quote(handler.route)} was refused, and its caller waits for it: the server ` +
        `does not let these credentials publish on ${quote(reply)}. Allow the inboxes of callers in the ` +
        'permissions of the user',
      { ...about(handler), reply },
    );
  }

  /** More messages came than a handler may take. */
  overflow(handler: HandlerEntry, subject: string, outcome: 'dropped' | 'rejected'): void {
    this.tally.overflowed++;
    const { concurrency, maxPending } = handler.options;
    this.incidents.warn(
      `overflow ${handler.route}`,
      `A message on ${quote(subject)} was ${outcome}: the handler for ${quote(handler.route)} works on ` +
        `${concurrency} and ${maxPending} wait. Raise concurrency or maxPending, or add replicas`,
      about(handler, subject),
    );
  }

  /** A request asked for its answer on a subject that is no inbox. */
  replyRefused(handler: HandlerEntry, subject: string, reply: string): void {
    this.tally.repliesRefused++;
    this.incidents.warn(
      `reply ${handler.route}`,
      `Dropped a request on ${quote(subject)}: its reply subject ${quote(reply)} is no inbox that may be answered. ` +
        'If a caller uses an inbox prefix of its own, add it to replyPrefixes',
      { ...about(handler, subject), reply },
    );
  }

  /** Somebody looked for services, and asked for the answer on a subject that is no inbox. */
  serviceReplyRefused(subject: string, reply: string): void {
    this.tally.repliesRefused++;
    this.incidents.warn(
      'reply $SRV',
      `Did not answer ${quote(subject)}: its reply subject ${quote(reply)} is no inbox. ` +
        'If a caller uses an inbox prefix of its own, add it to replyPrefixes',
      { subject, reply },
    );
  }

  /** Nobody can be heard who calls a streamed answer off. */
  cancelsRefused(filter: string, error: unknown): void {
    this.incidents.warn(
      'cancels',
      `Streamed answers go on when their callers have left: cannot listen on ${quote(filter)}: ` +
        `${failureText(error)}. Allow it, or set inboxPrefix to what is allowed`,
      { subject: filter, code: codeOf(error) },
    );
  }

  /** The server reported something about a subscription. */
  subscription(filter: string, error: unknown): void {
    this.incidents.warn(
      `subscription ${filter}`,
      `Subscription to ${quote(filter)}: ${failureText(error)}`,
      { subject: filter, code: codeOf(error) },
    );
  }

  private failed(kind: string, handler: HandlerEntry, subject: string, failure: unknown): void {
    this.incidents.warn(
      `${kind} ${handler.route} ${this.origins.of(failure)}`,
      `The ${kind} on ${quote(subject)} failed in the handler for ${quote(handler.route)}: ${failureText(failure)}`,
      { ...about(handler, subject, failure), stack: stackOf(failure) },
    );
  }
}

/** Says what a line is about, for logs that keep fields. */
function about(
  { route: handler, options: { queue } }: HandlerEntry,
  subject?: string,
  failure?: unknown,
): LogFields {
  return { subject, handler, queue: queue === '' ? undefined : queue, code: codeOf(failure) };
}
