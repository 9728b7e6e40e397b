import { Logger } from '@nestjs/common';
import type { JetStreamApi } from '../api/js-api.js';
import { ensureStreams } from '../stream/provision-streams.js';
import type { Provision, StreamDeclaration } from '../stream/stream-declaration.js';

/** Makes sure that the streams a client declares are there before it publishes to them. */
export class DeclaredStreams {
  private readonly logger = new Logger('NatsStreams');
  private attempt: Promise<void> | undefined;
  private ready: boolean;

  constructor(
    private readonly api: JetStreamApi,
    private readonly streams: readonly StreamDeclaration[],
    private readonly provision: Provision,
  ) {
    this.ready = provision === 'off' || streams.length === 0;
  }

  /**
   * Makes sure that they are there; messages at the same time share one attempt, and a failed one is
   * forgotten, so that the next message tries again.
   *
   * @returns nothing when they are; otherwise rejects with what {@link ensureStreams} throws
   */
  ensure(): Promise<void> | undefined {
    if (this.ready) return undefined;
    return (this.attempt ??= this.make());
  }

  /**
   * Makes a stream anew that was there and is gone, where that is this application's to do.
   *
   * @returns whether to try again
   */
  async restore(stream: string): Promise<boolean> {
    if (this.provision !== 'create' && this.provision !== 'update') return false;
    if (this.attempt === undefined) {
      this.logger.warn(`The stream "${stream}" is gone; it is made again`);
      this.ready = false;
    }
    await this.ensure();
    return true;
  }

  private async make(): Promise<void> {
    try {
      await ensureStreams(this.api, this.streams, this.provision);
      this.ready = true;
    } finally {
      this.attempt = undefined;
    }
  }
}
