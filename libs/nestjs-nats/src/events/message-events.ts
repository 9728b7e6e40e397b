import type { LoggerService } from '@nestjs/common';
import { EventBus } from '../connection/event-bus.js';
import { reasonOf } from '../connection/reason-of.js';
import type { HandlingEvents } from './handling-events.js';

/** Delivers {@link HandlingEvents}; a listener that throws is logged, and harms no message. */
export class MessageEvents extends EventBus<HandlingEvents> {
  constructor(private readonly logger: LoggerService) {
    super();
  }

  /** Tells an event. Ask {@link hears} before making what there is to tell. */
  tell<K extends keyof HandlingEvents>(event: K, ...args: Parameters<HandlingEvents[K]>): void {
    for (const failure of this.emit(event, ...args)) {
      this.logger.error(`A listener of "${event}" failed: ${reasonOf(failure)}`);
    }
  }
}
