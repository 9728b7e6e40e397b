import type { LoggerService } from '@nestjs/common';
import type { SharedConnection } from '../connection/shared-connection.js';
import { failureText } from './handling/handler-result.js';

/** Is when what has failed is tried again, in milliseconds: the wait doubles up to the last. */
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;

/** What a {@link LateStart} works with. */
export interface LateStartOptions {
  readonly connection: SharedConnection;
  readonly logger: LoggerService;
  /** Binds the handlers, or those that are not bound yet. May fail, and is called again. */
  readonly bind: () => Promise<void>;
}

/** Binds handlers when the connection stands for which `listen()` did not wait. */
export class LateStart {
  private reason = 'waits for the first connection, to bind its handlers';
  private retryMs = FIRST_RETRY_MS;
  private timer: NodeJS.Timeout | undefined;
  private busy = false;
  private over = false;
  private readonly unlisten: (() => void)[];

  constructor(private readonly options: LateStartOptions) {
    const { events } = options.connection;
    const attempt = (): void => void this.attempt();
    this.unlisten = [events.on('connect', attempt), events.on('reconnect', attempt)];
    attempt();
  }

  /** Why handlers are not bound, until they are. */
  get trouble(): string | undefined {
    return this.over ? undefined : this.reason;
  }

  /** Gives it up. */
  stop(): void {
    this.over = true;
    clearTimeout(this.timer);
    for (const stop of this.unlisten) stop();
  }

  private async attempt(): Promise<void> {
    const { connection, logger, bind } = this.options;
    if (this.over || this.busy || !connection.isUp) return;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      await bind();
      this.stop();
    } catch (error) {
      const reason = `has handlers that are not bound: ${failureText(error)}`;
      if (reason !== this.reason) logger.error(`The strategy ${reason} It is tried again.`);
      this.reason = reason;
      this.retryLater();
    } finally {
      this.busy = false;
    }
  }

  private retryLater(): void {
    if (this.over) return;
    this.timer = setTimeout(() => void this.attempt(), this.retryMs);
    this.retryMs = Math.min(2 * this.retryMs, LAST_RETRY_MS);
  }
}
