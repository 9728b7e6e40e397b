import type { SharedConnection } from '../../connection/shared-connection.js';
import { type RequestMessage, requesterOf } from '../../core/requester.js';
import type { JetStreamApi } from '../api/js-api.js';
import { AbsentStreams } from './absent-streams.js';
import { publishAtomicBatch } from './atomic-batch.js';
import type { Batch } from './batch-protocol.js';
import type { DeclaredStreams } from './declared-streams.js';
import type { BatchAck, PubAck } from './pub-ack.js';
import { type Destination, Publication, type Publications } from './publication.js';
import type { PublishRetry } from './publish-retry.js';

/** Publishes to streams, and waits until they have what was published. */
export class StreamPublisher {
  private readonly common: Publications;
  private underWay = 0;
  private idle: (() => void)[] = [];

  constructor(
    private readonly shared: SharedConnection,
    api: JetStreamApi,
    declared: DeclaredStreams,
    retry: PublishRetry,
  ) {
    this.common = {
      requester: requesterOf(shared),
      absent: new AbsentStreams(api),
      declared,
      retry,
      ended: () => this.ended(),
    };
  }

  /**
   * Publishes a message, before this returns if there is a connection, and waits for the
   * acknowledgement; what may pass is tried again within the time of the message.
   *
   * @returns rejects with NatsTransportError: `NOT_CONNECTED` and `PAYLOAD_TOO_LARGE`, when nothing
   * was sent; `CONFLICT`, `STREAM_FULL`, `STREAM_NOT_FOUND`, `JETSTREAM_DISABLED`,
   * `JETSTREAM_REFUSED`, `PERMISSION_DENIED` and `UNAVAILABLE`, when nothing was stored; `TIMEOUT`
   * and `CONNECTION_LOST`, when nobody knows
   */
  publish(message: RequestMessage, to: Destination): Promise<PubAck> {
    this.underWay++;
    return new Publication(this.common, message, to).acknowledged;
  }

  /**
   * Publishes several messages, which the stream stores together or not at all.
   *
   * @returns rejects as {@link publish} does
   */
  async publishBatch(batch: Batch): Promise<BatchAck> {
    this.underWay++;
    try {
      return await publishAtomicBatch(this.shared, this.common, batch);
    } finally {
      this.ended();
    }
  }

  /** Waits until nothing waits for an acknowledgement: not longer than the messages themselves. */
  settled(): Promise<void> {
    if (this.underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  private ended(): void {
    if (--this.underWay === 0) for (const resolve of this.idle.splice(0)) resolve();
  }
}
