import type { SharedConnection } from '../connection/shared-connection.js';
import { within } from '../connection/within.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { LiveSubscription, type SubscriptionRequest, unanswered } from './subscriber.js';

/** Is when a refused subscription is asked for again, in milliseconds: the wait doubles up to the last. */
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;

/** A subscription that is wanted for as long as it is not ended. */
export interface KeptSubscriptionRequest extends SubscriptionRequest {
  /** Hears that a subscription that was refused is accepted again. */
  accepted?(): void;
}

/**
 * Is a subscription that outlives its connection, and a permission that is taken away: it is made anew
 * on a connection that takes the place of another, and asked for again while the server refuses it.
 */
export class KeptSubscription {
  private live: LiveSubscription;
  private refusedWith: Error | undefined;
  private retryMs = FIRST_RETRY_MS;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;
  private readonly unlisten: (() => void)[];

  /** @throws NatsTransportError `NOT_CONNECTED` when there is no connection yet */
  constructor(
    private readonly shared: SharedConnection,
    private readonly request: KeptSubscriptionRequest,
  ) {
    this.live = this.subscribe();
    this.unlisten = [
      shared.onReplaced(() => void this.renew()),
      shared.events.on('reconnect', () => {
        // the credentials may be others
        if (this.refusedWith !== undefined) void this.renew();
      }),
    ];
  }

  /** What the server said against it, while it does. */
  get refusal(): Error | undefined {
    return this.refusedWith;
  }

  /** @throws NatsTransportError `PERMISSION_DENIED` when the server has refused it */
  assertAccepted(): void {
    this.live.assertAccepted();
  }

  /** Ends it; resolves when what the server had sent by then has been received. @see LiveSubscription.drain */
  async drain(timeoutMs: number, haste?: AbortSignal): Promise<void> {
    this.end();
    await this.live.drain(timeoutMs, haste);
  }

  /** Ends it at once. */
  unsubscribe(): void {
    this.end();
    this.live.unsubscribe();
  }

  private end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    for (const stop of this.unlisten) stop();
  }

  private subscribe(): LiveSubscription {
    const connection = this.shared.current;
    if (connection === undefined)
      throw new NatsTransportError('NOT_CONNECTED', 'There is no connection to subscribe on.');
    const live = new LiveSubscription(connection, {
      ...this.request,
      fail: (error) => {
        this.request.fail(error);
        if (live.refusal !== undefined) this.refused(live.refusal);
      },
    });
    return live;
  }

  private refused(error: Error): void {
    this.refusedWith = error;
    this.retryLater();
  }

  private retryLater(): void {
    if (this.ended) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.renew(), this.retryMs);
    this.retryMs = Math.min(2 * this.retryMs, LAST_RETRY_MS);
  }

  /** While there is no connection nothing is done: both events that end that lead here. */
  private async renew(): Promise<void> {
    const { current, isUp, options } = this.shared;
    clearTimeout(this.timer);
    if (this.ended || current === undefined || !isUp) return;
    this.live.unsubscribe();
    const live = this.subscribe();
    this.live = live;
    try {
      const { connectTimeoutMs } = options;
      await within(current.flush(), connectTimeoutMs, () => unanswered(connectTimeoutMs));
    } catch {
      // the server is away or slow: it is asked again after that
      if (this.refusedWith !== undefined && this.live === live) this.retryLater();
      return;
    }
    if (this.live !== live || live.refusal !== undefined || this.refusedWith === undefined) return;
    this.refusedWith = undefined;
    this.retryMs = FIRST_RETRY_MS;
    this.request.accepted?.();
  }
}

/**
 * Subscribes to all that is wanted, and makes sure that the server has accepted every one: it
 * refuses asynchronously, so that a plain `subscribe()` looks fine.
 *
 * @throws NatsTransportError `PERMISSION_DENIED` that names the subject, `TIMEOUT` when the server
 * does not answer, `NOT_CONNECTED`; then none is left behind
 */
export async function subscribeAll(
  shared: SharedConnection,
  requests: readonly KeptSubscriptionRequest[],
  timeoutMs: number,
): Promise<KeptSubscription[]> {
  const subscriptions = requests.map((request) => new KeptSubscription(shared, request));
  try {
    await within(shared.current!.flush(), timeoutMs, () => unanswered(timeoutMs));
    for (const subscription of subscriptions) subscription.assertAccepted();
    return subscriptions;
  } catch (error) {
    for (const subscription of subscriptions) subscription.unsubscribe();
    throw error;
  }
}
