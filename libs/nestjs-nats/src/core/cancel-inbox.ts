import type { NatsConnection } from '@nats-io/transport-node';
import type { SharedConnection } from '../connection/shared-connection.js';
import { newCancelPrefix } from './cancel-subject.js';
import { RequestTokens } from './request-tokens.js';
import { LiveSubscription } from './subscriber.js';

/** A stream that can be called off. */
export interface CancelTicket {
  /** Where it is called off. */
  readonly subject: string;
  /** Ends listening; safe to call again. */
  close(): void;
}

/**
 * Hears that nobody wants the rest of streamed answers (docs/adr/0008-calling-streams-off.md), on one
 * subscription for all of them.
 *
 * The first frame, and then one a second at most, has a reply subject in this inbox. Callers that leave
 * publish there; and when such a frame reached nobody the server does, as it does with a request.
 */
export class CancelInbox {
  private readonly prefix: string;
  private readonly tokens = new RequestTokens();
  private readonly streams = new Map<string, () => void>();
  private subscription: LiveSubscription | undefined;
  private readonly unlisten: () => void;
  private usable = true;

  /** @param refused hears once that the server does not let us listen; streams go on without */
  constructor(
    private readonly shared: SharedConnection,
    inboxPrefix: string,
    private readonly refused: (filter: string, error: unknown) => void,
  ) {
    this.prefix = newCancelPrefix(inboxPrefix);
    this.unlisten = shared.onReplaced(() => {
      this.subscription = undefined;
      this.usable = true;
    });
  }

  /**
   * Listens for the end of a stream's audience.
   *
   * @param cancelled may be called more than once
   * @returns nothing when the server does not let us listen, or is not there
   */
  listen(cancelled: () => void): CancelTicket | undefined {
    if (!this.usable) return undefined;
    // the server takes what is sent on a connection in order: nothing has to be waited for
    const { current } = this.shared;
    if (current === undefined) return undefined;
    this.subscription ??= this.subscribe(current);
    const token = this.tokens.next();
    this.streams.set(token, cancelled);
    return { subject: this.prefix + token, close: () => void this.streams.delete(token) };
  }

  /** Ends listening, for all. */
  close(): void {
    this.unlisten();
    this.usable = false;
    this.streams.clear();
    this.subscription?.unsubscribe();
  }

  private subscribe(connection: NatsConnection): LiveSubscription {
    const filter = `${this.prefix}*`;
    return new LiveSubscription(connection, {
      filter,
      queue: '',
      receive: ({ subject, data }) => {
        // an answer to a frame is not what is meant: a catch-all handler may give one
        if (data.length === 0) this.streams.get(subject.slice(this.prefix.length))?.();
      },
      fail: (error) => {
        this.usable = false;
        this.refused(filter, error);
      },
    });
  }
}
