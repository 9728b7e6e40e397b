import type { MessageEvents } from '../../events/message-events.js';
import type { HandlerEntry } from './handler-table.js';

/** Notices handlers of core NATS that do not keep up, before messages are lost. */
export class SlowHandlers {
  private readonly known = new Set<HandlerEntry>();

  constructor(private readonly events: MessageEvents) {}

  /** Looks at a handler that has just been given a message. */
  look(handler: HandlerEntry): void {
    const { pendingCount: pending } = handler.slots;
    if (pending === 0 && this.known.size === 0) return;
    const { maxPending, queue } = handler.options;
    if (this.known.has(handler)) {
      if (pending * 4 < maxPending) this.known.delete(handler);
    } else if (pending > 0 && pending * 2 >= maxPending) {
      this.known.add(handler);
      const { pattern } = handler.pattern;
      this.events.tell('slow', { pattern, pending, maxPending, ...(queue !== '' && { queue }) });
    }
  }
}
