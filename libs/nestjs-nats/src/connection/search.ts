import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { NatsTransportError } from '../errors/transport-error.js';
import type { Dialler } from './dialler.js';
import type { ResolvedConnectionOptions } from './options.js';
import { reasonOf } from './reason-of.js';
import { untilAborted } from './until-aborted.js';

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
  private async attempt(signal: AbortSignal): Promise<NatsConnection> {
    const dialled = this.dialler.dial();
    try {
      return await untilAborted(dialled, signal);
    } catch (error) {
      if (signal.aborted) this.discard(dialled);
      throw error;
    }
  }

  private discard(dialled: Promise<NatsConnection>): void {
    const close = async (connection: NatsConnection): Promise<void> => {
      try {
        await connection.close();
      } catch (error) {
        this.logger.warn(`A connection that came too late was not closed: ${reasonOf(error)}`);
      }
    };
    // an attempt that fails after all leaves nothing to close
    void dialled.then(close, () => undefined);
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
