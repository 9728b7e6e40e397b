import type { LoggerService } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { type NatsConnectionView, viewOf } from '../connection/connection-view.js';
import type { SharedConnection } from '../connection/shared-connection.js';
import { MessageEvents } from './message-events.js';
import { eventStream, isHandlingEvent, type NatsEvent, type NatsEvents } from './nats-events.js';
import type { ClientParticipant } from './participant.js';

/** Brings together the events of a connection, which others share, and those of one's own messages. */
export class EventHub {
  readonly messages: MessageEvents;
  /** Gives all of them but `handled`. */
  readonly all: Observable<NatsEvent>;

  constructor(
    private readonly connection: SharedConnection,
    logger: LoggerService,
  ) {
    this.messages = new MessageEvents(logger);
    this.all = eventStream(connection.events, this.messages);
  }

  /** What an observer sees of it. */
  get observed(): { connection: NatsConnectionView; on: ClientParticipant['on'] } {
    const on: ClientParticipant['on'] = (event, listener) => this.messages.on(event, listener);
    return { connection: viewOf(this.connection), on };
  }

  /** Listens to an event of either kind. */
  on<K extends keyof NatsEvents>(event: K, listener: NatsEvents[K]): void {
    if (isHandlingEvent(event)) this.messages.on(event, listener as never);
    else this.connection.events.on(event, listener as never);
  }
}
