import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { NatsTransportError } from '../errors/transport-error.js';
import type { Dialler } from './dialler.js';
import type { ResolvedConnectionOptions } from './options.js';
import { reasonOf } from './reason-of.js';

/** Dials until a server is there, or nobody wants one any more. */
export class Search {
  private readonly over = new AbortController();
  private said = '';

  constructor(
    private readonly dialler: Dialler,
    private readonly options: ResolvedConnectionOptions,
    private readonly logger: LoggerService,
  ) {}

  /** @param failure why the attempt before failed. @throws NatsTransportError `CLOSED` after {@link stop} */
  async run(failure: unknown): Promise<NatsConnection> {
    const { signal } = this.over;
    this.say(failure);
    for (;;) {
      await sleep(this.pauseMs(), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw calledOff();
      try {
        return await this.attempt(signal);
      } catch (error) {
        if (signal.aborted) throw calledOff();
        this.say(error);
      }
    }
  }

  /** Ends it at once. */
  stop(): void {
    this.over.abort();
  }

  /** An attempt cannot be called off: one that succeeds too late is closed. */
  private attempt(signal: AbortSignal): Promise<NatsConnection> {
    return new Promise((resolve, reject) => {
      const leave = (): void => reject(calledOff());
      signal.addEventListener('abort', leave, { once: true });
      this.dialler.dial().then(async (connection) => {
        signal.removeEventListener('abort', leave);
        if (signal.aborted) await connection.close();
        else resolve(connection);
      }, reject);
    });
  }

  /** Not every instance of an application comes at the same time. */
  private pauseMs(): number {
    const { reconnectTimeWait = 0, reconnectJitter = 0 } = this.options.client;
    return reconnectTimeWait + Math.random() * reconnectJitter;
  }

  /** An outage is long: the same thing is said once. */
  private say(failure: unknown): void {
    const reason = reasonOf(failure);
    if (reason !== this.said) this.logger.warn(`${reason} It is tried again until it works.`);
    this.said = reason;
  }
}

function calledOff(): NatsTransportError {
  return new NatsTransportError('CLOSED', 'Closed before there was a connection to NATS.');
}
