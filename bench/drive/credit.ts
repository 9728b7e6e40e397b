import { connect, type NatsConnection } from '@nats-io/transport-node';
import { SUBJECT } from '../names.js';

/** After how many handled events the handlers' side says so. */
export const CREDIT_STEP = 512;

/** Is how far a publisher may be ahead: less than makes the server cut off a slow subscriber. */
const WINDOW_BYTES = 8 * 2 ** 20;
const WINDOW_EVENTS = 16 * CREDIT_STEP;

/** Tells the publisher how many events have been handled, on a connection of its own. */
export class CreditSender {
  private count = 0;

  private constructor(private readonly nc: NatsConnection) {}

  static async open(url: string): Promise<CreditSender> {
    return new CreditSender(await connect({ servers: url }));
  }

  readonly handled = (): void => {
    if (++this.count % CREDIT_STEP === 0) this.nc.publish(SUBJECT.credit);
  };

  close(): Promise<void> {
    return this.nc.drain();
  }
}

/** Keeps a publisher from running away from its subscriber. */
export class CreditWindow {
  private handledCount = 0;
  private wake: () => void = () => undefined;
  private readonly size: number;

  private constructor(
    private readonly nc: NatsConnection,
    bytes: number,
  ) {
    this.size = Math.max(2 * CREDIT_STEP, Math.min(WINDOW_EVENTS, WINDOW_BYTES / bytes));
    nc.subscribe(SUBJECT.credit, {
      callback: (error) => {
        if (error) throw error;
        this.handledCount += CREDIT_STEP;
        this.wake();
      },
    });
  }

  static async open(url: string, bytes: number): Promise<CreditWindow> {
    const nc = await connect({ servers: url });
    const window = new CreditWindow(nc, bytes);
    await nc.flush();
    return window;
  }

  /** Waits until `sent` events are not too many. */
  async room(sent: number): Promise<void> {
    await this.until(sent - this.size);
  }

  /** Waits until as many have been handled. */
  async until(count: number): Promise<void> {
    while (this.handledCount < count)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
  }

  close(): Promise<void> {
    return this.nc.drain();
  }
}
