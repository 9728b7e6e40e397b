import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { within } from '../connection/within.js';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';

/** A subscription that is wanted. */
export interface SubscriptionRequest {
  readonly filter: string;
  /** The queue group, or `''` for every member. */
  readonly queue: string;
  /** Takes a message; may throw. */
  receive(message: Msg): void;
  /** Hears what {@link receive} threw, and a permission that is lost later. */
  fail(error: unknown): void;
}

/** A subscription on a connection, with what the server said against it. */
export class LiveSubscription {
  private readonly subscription: Subscription;
  private refused: Error | undefined;

  constructor(
    connection: NatsConnection,
    private readonly request: SubscriptionRequest,
  ) {
    this.subscription = connection.subscribe(request.filter, {
      queue: request.queue === '' ? undefined : request.queue,
      callback: (error, message) => this.callback(error, message),
    });
  }

  /** What the server said against it, if it did. */
  get refusal(): Error | undefined {
    return this.refused;
  }

  /** @throws NatsTransportError `PERMISSION_DENIED` when the server has refused the subscription */
  assertAccepted(): void {
    if (this.refused === undefined && !this.subscription.isClosed()) return;
    const { filter, queue } = this.request;
    throw new NatsTransportError(
      'PERMISSION_DENIED',
      `The server does not let these credentials subscribe to ${quote(filter)}` +
        `${queue === '' ? '' : ` in queue group ${quote(queue)}`}. ` +
        'Allow the subject in the permissions of the user.',
      { cause: this.refused, details: { subject: filter, queue } },
    );
  }

  /**
   * Stops delivery; resolves when what the server had sent by then has been received.
   *
   * @param haste ends the waiting when it aborts; this then rejects with its reason
   * @throws NatsTransportError `TIMEOUT` when the server does not answer; delivery has stopped then too
   */
  async drain(timeoutMs: number, haste?: AbortSignal): Promise<void> {
    if (this.subscription.isClosed()) return;
    try {
      const drained = this.subscription.drain();
      await within(drained, timeoutMs, () => unanswered(timeoutMs), haste);
    } finally {
      this.unsubscribe();
    }
  }

  /** Stops delivery at once. */
  unsubscribe(): void {
    if (!this.subscription.isClosed()) this.subscription.unsubscribe();
  }

  /** Is called by the client library's reader: whatever is thrown here would end it. */
  private callback(error: Error | null, message: Msg): void {
    if (error) {
      this.refused = error;
      this.request.fail(error);
      return;
    }
    try {
      this.request.receive(message);
    } catch (cause) {
      this.request.fail(cause);
    }
  }
}

/** The server has not said in time what it thinks of subscriptions. */
export function unanswered(timeoutMs: number): NatsTransportError {
  return new NatsTransportError(
    'TIMEOUT',
    `The server did not confirm within ${timeoutMs} ms what is subscribed.`,
    { details: { timeoutMs } },
  );
}
