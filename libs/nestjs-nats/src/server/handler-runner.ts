import type { Msg } from '@nats-io/transport-node';
import type { LoggerService } from '@nestjs/common';
import { isObservable } from 'rxjs';
import type { Codec } from '../codec/codec.js';
import type { SharedConnection } from '../connection/shared-connection.js';
import { InFlight } from '../core/in-flight.js';
import { ReplyPolicy } from '../core/reply-policy.js';
import { Responder } from '../core/responder.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import { NatsMessageContext } from '../message/context.js';
import { readHeaders } from '../message/headers.js';
import { decodePayload } from '../message/payload.js';
import { quote } from '../subject/subject.js';
import { completion, failureText, isLoggedByNest } from './handler-result.js';
import type { HandlerEntry, HandlerGroup } from './handler-table.js';
import { IncidentLog } from './incident-log.js';

/** Runs work between Nest's processing hooks, if the application has set any. */
export type ProcessingHooks = (
  context: NatsMessageContext,
  work: () => Promise<void>,
) => Promise<void>;

export interface HandlerRunnerOptions {
  readonly connection: SharedConnection;
  readonly codec: Codec;
  readonly replyPolicy: ReplyPolicy;
  readonly logger: LoggerService;
  readonly hooks: ProcessingHooks;
}

/**
 * Takes messages of subscriptions to their handlers, and the outcome to the caller or the log.
 *
 * A message is a request when its handler is a request handler and it has a reply subject; an event
 * is never answered. No failure leaves this class: an event's is logged, a request's is answered.
 */
export class HandlerRunner {
  readonly inFlight = new InFlight();
  private readonly incidents: IncidentLog;

  constructor(private readonly options: HandlerRunnerOptions) {
    this.incidents = new IncidentLog(options.logger);
  }

  /** Starts handling; {@link inFlight} tells when it is over. */
  receive(group: HandlerGroup, message: Msg): void {
    if (group.kind === 'event') {
      for (const handler of group.handlers) this.start(this.handleEvent(handler, message));
      return;
    }
    const [handler] = group.handlers;
    const reply = message.reply;
    if (handler === undefined) return;
    if (!reply) {
      // a plain publish to a request handler: there is nobody to answer
      this.start(this.handleEvent(handler, message));
    } else if (this.options.replyPolicy.allows(reply)) {
      this.start(this.handleRequest(handler, message, reply));
    } else {
      this.incidents.warn(
        `reply ${group.filter}`,
        `Dropped a request on ${quote(message.subject)}: its reply subject ${quote(reply)} is no inbox. ` +
          'If a caller uses an inbox prefix of its own, add it to replyPrefixes',
      );
    }
  }

  /** Logs what a subscription reports, at most once a minute for each filter. */
  incident(group: HandlerGroup, error: unknown): void {
    this.incidents.warn(
      `subscription ${group.filter}`,
      `Subscription to ${quote(group.filter)}: ${failureText(error)}`,
    );
  }

  private start(work: Promise<void>): void {
    this.inFlight.track(work).catch((error: unknown) => {
      this.options.logger.error(`A message could not be handled: ${failureText(error)}`);
    });
  }

  private async handleEvent(handler: HandlerEntry, message: Msg): Promise<void> {
    const context = new NatsMessageContext(message, handler.pattern);
    try {
      const data = this.decode(message);
      await this.options.hooks(context, async () =>
        completion(await handler.callback(data, context)),
      );
    } catch (failure) {
      this.logFailure(failure, handler, message, 'event');
    }
  }

  private async handleRequest(handler: HandlerEntry, message: Msg, reply: string): Promise<void> {
    const context = new NatsMessageContext(message, handler.pattern);
    const responder = new Responder(this.options.connection, reply, this.options.codec);
    try {
      const data = this.decode(message);
      await this.options.hooks(context, async () => {
        const result: unknown = await handler.callback(data, context);
        if (isObservable(result)) await responder.stream(result);
        else responder.value(result);
      });
    } catch (failure) {
      // an exception that the handler meant for its caller is no news for the operator
      if (isNatsTransportError(failure)) this.logFailure(failure, handler, message, 'request');
      responder.error(failure);
    }
  }

  private decode(message: Msg): unknown {
    return decodePayload(message.data, readHeaders(message), this.options.codec);
  }

  private logFailure(failure: unknown, handler: HandlerEntry, message: Msg, kind: string): void {
    if (isLoggedByNest(failure)) return;
    this.incidents.warn(
      `${kind} ${handler.pattern.pattern} ${isNatsTransportError(failure) ? failure.code : ''}`,
      `The ${kind} on ${quote(message.subject)} failed in the handler for ` +
        `${quote(handler.pattern.pattern)}: ${failureText(failure)}`,
    );
  }
}
