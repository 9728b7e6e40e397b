import { Observable } from 'rxjs';
import type { EventBus } from '../connection/event-bus.js';
import type { ConnectionEvents } from '../connection/events.js';
import type { HandlingEvents } from './handling-events.js';

/**
 * The events that `on()` of a strategy or client delivers, with what the listener receives: those of
 * the connection, and those of messages. A client has of the latter only `dropped`.
 */
export type NatsEvents = ConnectionEvents & HandlingEvents;

type OfMessages = Exclude<keyof HandlingEvents, 'handled'>;

/** An event as `events$` gives it; `type` is its name in {@link NatsEvents}. */
export type NatsEvent =
  | { readonly type: 'connect' | 'disconnect' | 'reconnect' | 'lameDuck'; readonly server: string }
  | {
      readonly type: 'update';
      readonly added: readonly string[];
      readonly deleted: readonly string[];
    }
  | { readonly type: 'error'; readonly error: Error }
  | { readonly type: 'drain' | 'close' }
  | { [K in OfMessages]: { readonly type: K } & Parameters<HandlingEvents[K]>[0] }[OfMessages];

const OF_SERVER = ['connect', 'disconnect', 'reconnect', 'lameDuck'] as const;
const ALONE = ['drain', 'close'] as const;
const OF_MESSAGES = ['redelivery', 'deadLetter', 'dropped', 'slow', 'overdue'] as const;

/** Tells whether an event is one of messages, and not of the connection. */
export function isHandlingEvent(event: keyof NatsEvents): event is keyof HandlingEvents {
  return event === 'handled' || (OF_MESSAGES as readonly string[]).includes(event);
}

/** Gives all events as they come, but `handled`, which comes with every message. */
export function eventStream(
  connection: EventBus<ConnectionEvents>,
  messages: EventBus<HandlingEvents>,
): Observable<NatsEvent> {
  return new Observable((subscriber) => {
    const next = (event: NatsEvent): void => subscriber.next(event);
    const removers = [
      ...OF_SERVER.map((type) => connection.on(type, (server) => next({ type, server }))),
      connection.on('update', (change) => next({ type: 'update', ...change })),
      connection.on('error', (error) => next({ type: 'error', error })),
      ...ALONE.map((type) => connection.on(type, () => next({ type }))),
      ...OF_MESSAGES.map((type) =>
        messages.on(type, (event: object) => next({ type, ...event } as NatsEvent)),
      ),
    ];
    return () => {
      for (const remove of removers) remove();
    };
  });
}
