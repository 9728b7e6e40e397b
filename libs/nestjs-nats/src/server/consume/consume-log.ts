import type { LoggerService } from '@nestjs/common';
import { IncidentLog } from '../../connection/incident-log.js';
import { codeOf, stackOf, LogEntry, type LogFields } from '../../connection/log-entry.js';
import { quote } from '../../errors/quote.js';
import type { DeliveredMessage } from '../../jetstream/pull/delivery.js';
import type { PullEvent } from '../../jetstream/pull/pull-events.js';
import type { DeadLetterFailure } from '../../jetstream/dead-letter/dead-letter-publisher.js';
import type { Unsettled } from '../../jetstream/settlement/settle.js';
import type { GiveUpSettlement, NakSettlement } from '../../jetstream/settlement/settlement.js';
import { isNestInternalError } from '../../message/error-reply.js';
import { FailureOrigins } from '../failure-origins.js';
import { failureText } from '../handling/handler-result.js';
import type { ConsumerGroup } from './consumer-table.js';

/** Says in the log what went wrong with consumers and their messages, a line an incident. */
export class ConsumeLog {
  private readonly incidents: IncidentLog;
  private readonly origins = new FailureOrigins();
  private toldOfHidden = false;

  constructor(private readonly logger: LoggerService) {
    this.incidents = new IncidentLog(logger);
  }

  /** What the pull loop of a consumer reports. */
  pull(group: ConsumerGroup, event: PullEvent): void {
    const name = nameOf(group);
    switch (event.type) {
      case 'ready':
        this.logger.log(new LogEntry(`The consumer ${name} gets messages`, of(group)));
        break;
      case 'missing':
        this.logger.error(
          new LogEntry(
            `The consumer ${name} gets no messages: ${failureText(event.error)}`,
            of(group, event.error),
          ),
        );
        break;
      case 'stalled':
        this.logger.warn(
          new LogEntry(
            `The consumer ${name} waits for the server: ${failureText(event.error)}`,
            of(group, event.error),
          ),
        );
        break;
      case 'active':
      case 'inactive':
        this.logger.log(
          new LogEntry(`This process is the ${event.type} one of the consumer ${name}`, of(group)),
        );
        break;
      case 'odd':
        this.incidents.warn(
          `odd ${name} ${event.status.code}`,
          `The server ended a request of the consumer ${name}: ${event.status.code} ${event.status.description}`,
          of(group),
        );
        break;
      case 'foreign':
        this.incidents.warn(
          `foreign ${name}`,
          `Dropped what is no message of the consumer ${name}, on ${quote(event.subject)}`,
          { ...of(group), subject: event.subject },
        );
        break;
      case 'failed':
        this.incidents.warn(
          `pull ${name}`,
          `Taking a message of the consumer ${name} failed: ${failureText(event.error)}`,
          { ...of(group, event.error), stack: stackOf(event.error) },
        );
    }
  }

  /** A message comes again, for a failure. */
  retried(group: ConsumerGroup, delivered: DeliveredMessage, settlement: NakSettlement): void {
    // what a handler puts off by itself is no failure; what Nest hides it has logged
    if (!settlement.counted || isNestInternalError(settlement.error)) return;
    this.incidents.warn(
      `retry ${nameOf(group)} ${this.origins.of(settlement.error)}`,
      `${messageOf(delivered)} failed in the handler of ${nameOf(group)} and comes again in ` +
        `${settlement.delayMs} ms: ${failureText(settlement.error)}`,
      { ...about(delivered, settlement.error), stack: stackOf(settlement.error) },
    );
  }

  /** Nest has made "Internal server error" of what a handler has thrown. Is said once. */
  hidden(group: ConsumerGroup): void {
    if (this.toldOfHidden) return;
    this.toldOfHidden = true;
    this.logger.warn(
      `The handler of ${nameOf(group)} has failed, and Nest keeps what it throws from the transport: retry rules ` +
        'cannot match its class, a validation is tried again, and dead letters have no cause. Set ' +
        'app.useGlobalFilters(new NatsExceptionFilter()); in a hybrid application, import NatsModule and pass ' +
        '{ inheritAppConfig: true } to connectMicroservice()',
    );
  }

  /** A message has been under way for very long. */
  overdue(group: ConsumerGroup, delivered: DeliveredMessage, underWayMs: number): void {
    const { concurrency, handlerTimeoutMs } = group.options;
    const advice = handlerTimeoutMs === undefined ? '; handlerTimeoutMs would end that' : '';
    this.incidents.warn(
      `overdue ${nameOf(group)}`,
      `${messageOf(delivered)} has been under way in ${nameOf(group)} for ` +
        `${Math.round(underWayMs / 1_000)} s, and holds one of ${concurrency} places${advice}`,
      about(delivered),
    );
  }

  /** A message is given up. */
  givenUp(group: ConsumerGroup, delivered: DeliveredMessage, settlement: GiveUpSettlement): void {
    const { action, reason, error } = settlement;
    const what = action === 'drop' ? 'is dropped' : 'becomes a dead letter';
    this.incidents.warn(
      `given up ${nameOf(group)} ${reason} ${this.origins.of(error)}`,
      `${messageOf(delivered)} ${what} (${reason}) in ${nameOf(group)}: ${failureText(error)}`,
      // of the other reasons there is no more to know
      {
        ...about(delivered, error),
        reason,
        stack: reason === 'attempts' ? stackOf(error) : undefined,
      },
    );
  }

  /** A dead letter could not be stored. */
  notKept({ dead, subject, error }: DeadLetterFailure): void {
    this.incidents.warn(
      `not kept ${subject}`,
      `The dead letter of message ${dead.sequence} of ${quote(dead.stream)} is not stored on ` +
        `${quote(subject)}, and tried again: ${failureText(error)}`,
      { stream: dead.stream, sequence: dead.sequence, subject, code: codeOf(error) },
    );
  }

  /** A message of an ordered consumer was not handled; nothing comes again there. */
  missed(group: ConsumerGroup, delivered: DeliveredMessage, error: unknown): void {
    if (isNestInternalError(error)) return;
    this.incidents.warn(
      `missed ${nameOf(group)} ${this.origins.of(error)}`,
      `${messageOf(delivered)} failed in the handler of ${nameOf(group)}: ${failureText(error)}`,
      { ...about(delivered, error), stack: stackOf(error) },
    );
  }

  /** The server could not be told what became of a message. */
  unsettled({ action, delivered, error }: Unsettled): void {
    const { stream, consumer } = delivered.delivery;
    this.incidents.warn(
      `unsettled ${stream} ${consumer}`,
      `The ${action} of ${messageOf(delivered)} was not sent, so it comes again: ${failureText(error)}`,
      about(delivered, error),
    );
  }

  /** What surrounds the handling failed itself. */
  trouble(what: string, error: unknown): void {
    this.incidents.warn(what, `${what}: ${failureText(error)}`, { code: codeOf(error) });
  }

  /** There is a fault in this library. */
  unexpected(group: ConsumerGroup, delivered: DeliveredMessage, error: unknown): void {
    this.incidents.warn(
      `unexpected ${nameOf(group)}`,
      `${messageOf(delivered)} could not be settled in ${nameOf(group)}: ${failureText(error)}`,
      { ...about(delivered, error), stack: stackOf(error) },
    );
  }
}

function nameOf({ options: { stream, durable }, entries }: ConsumerGroup): string {
  return `${quote(durable ?? entries.map(({ route }) => route).join(', '))} of ${quote(stream)}`;
}

/** Says of what consumer a line is, for logs that keep fields. */
function of({ options: { stream, durable } }: ConsumerGroup, failure?: unknown): LogFields {
  return { stream, consumer: durable, code: codeOf(failure) };
}

/** Says of what message a line is, for logs that keep fields. */
function about({ message, delivery }: DeliveredMessage, failure?: unknown): LogFields {
  const { stream, consumer, streamSequence: sequence } = delivery;
  return { subject: message.subject, stream, consumer, sequence, code: codeOf(failure) };
}

function messageOf({ message, delivery }: DeliveredMessage): string {
  return `Message ${delivery.streamSequence} on ${quote(message.subject)}`;
}
