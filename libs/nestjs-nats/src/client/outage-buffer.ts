import type { SharedConnection } from '../connection/shared-connection.js';
import { remainder, within } from '../connection/within.js';
import { bufferFull, messageBytes } from '../core/publisher.js';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import type { PreparedMessage } from './outgoing.js';

/**
 * Holds messages of a client back while the connection is down, up to so many bytes. They go in their
 * order when it stands again; each waits as long as its own timeout, and then fails.
 */
export class OutageBuffer {
  private heldBytes = 0;
  private return: Promise<void> | undefined;

  constructor(
    private readonly shared: SharedConnection,
    private readonly maxBytes: number,
  ) {}

  /**
   * Waits for the connection.
   *
   * @returns the message with what is left of its time
   * @throws NatsTransportError `BUFFER_FULL`, `NOT_CONNECTED`; the reason of the signal
   */
  async hold(message: PreparedMessage, signal?: AbortSignal): Promise<PreparedMessage> {
    const { subject, timeoutMs, remainingMs = timeoutMs } = message;
    const bytes = messageBytes(message);
    if (this.heldBytes + bytes > this.maxBytes)
      throw bufferFull(this.shared, subject, this.heldBytes, this.maxBytes);
    const start = performance.now();
    this.heldBytes += bytes;
    try {
      await within(this.returned(), remainingMs, () => stillDown(subject, timeoutMs), signal);
    } finally {
      this.heldBytes -= bytes;
    }
    return { ...message, remainingMs: remainder(remainingMs, start) };
  }

  /** Resolves, for all that wait, when the connection stands again. */
  private returned(): Promise<void> {
    return (this.return ??= this.nextReturn().finally(() => (this.return = undefined)));
  }

  private nextReturn(): Promise<void> {
    const { events } = this.shared;
    return new Promise((resolve) => {
      const done = (): void => {
        for (const stop of unlisten) stop();
        resolve();
      };
      // once it is closed nothing can be sent, and that is said then
      const unlisten = (['connect', 'reconnect', 'close'] as const).map((event) =>
        events.on(event, done),
      );
    });
  }
}

function stillDown(subject: string, timeoutMs: number): NatsTransportError {
  return new NatsTransportError(
    'NOT_CONNECTED',
    `The connection to NATS did not come back within the ${timeoutMs} ms of the message on ` +
      `${quote(subject)}. Nothing was sent.`,
    { details: { subject, timeoutMs } },
  );
}
