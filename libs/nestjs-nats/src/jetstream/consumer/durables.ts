import { ConnectionHold } from '../../connection/connection-hold.js';
import { type ConnectionChoice, connectionOf } from '../../connection/connection-of.js';
import { named, throwFaults } from '../../errors/option-faults.js';
import { JetStreamApi } from '../api/js-api.js';
import {
  jetStreamFaults,
  type JetStreamOptions,
  resolveJetStreamOptions,
} from '../api/js-options.js';
import { nameFault } from '../api/name-fault.js';
import {
  type ConsumerPause,
  deleteConsumer,
  type DurableState,
  pauseConsumer,
  readState,
  resumeConsumer,
} from './consumer-admin.js';

/** How {@link Durables} reach JetStream. */
export type DurablesOptions = {
  /** How JetStream is reached. */
  jetstream?: JetStreamOptions;
} & ConnectionChoice;

/**
 * Looks at the durable consumers of handlers, and pauses, resumes and deletes them, for all processes
 * at a time.
 *
 * It holds the connection from its first use until {@link close}. Its methods throw
 * `NatsTransportError`: `INVALID_OPTIONS` for a name that cannot be one, `CONSUMER_NOT_FOUND`,
 * `CONNECTION_FAILED`, `NOT_CONNECTED`, `CONNECTION_LOST`, `TIMEOUT`, `PERMISSION_DENIED`,
 * `JETSTREAM_DISABLED`.
 */
export class Durables {
  private readonly api: JetStreamApi;
  private readonly hold: ConnectionHold;

  /** @throws NatsTransportError `INVALID_OPTIONS` */
  constructor(options: DurablesOptions = {}) {
    const { jetstream, ...rest } = options;
    const shared = connectionOf(rest, jetStreamFaults(jetstream), 'Durables');
    this.hold = new ConnectionHold(shared);
    this.api = new JetStreamApi(shared, resolveJetStreamOptions(jetstream));
  }

  /** Reads how a durable stands: how far behind it is, and what it is at. */
  async state(stream: string, durable: string): Promise<DurableState> {
    await this.connect(stream, durable);
    return readState(this.api, stream, durable);
  }

  /**
   * Lets a durable give out no messages until a time; handlers under way come to their end. Needs
   * nats-server 2.11, else `SERVER_TOO_OLD`.
   *
   * @param until a time that has passed resumes
   */
  async pause(stream: string, durable: string, until: Date): Promise<ConsumerPause> {
    await this.connect(stream, durable);
    return pauseConsumer(this.api, stream, durable, until);
  }

  /** Lets a durable give out messages again. Needs nats-server 2.11, else `SERVER_TOO_OLD`. */
  async resume(stream: string, durable: string): Promise<ConsumerPause> {
    await this.connect(stream, durable);
    return resumeConsumer(this.api, stream, durable);
  }

  /**
   * Deletes a durable, and with it its position: for a handler that is gone. One that is still there
   * makes it anew.
   */
  async delete(stream: string, durable: string): Promise<void> {
    await this.connect(stream, durable);
    await deleteConsumer(this.api, stream, durable);
  }

  /** Lets go of the connection. */
  async close(): Promise<void> {
    await this.hold.release();
  }

  private async connect(stream: string, durable: string): Promise<void> {
    throwFaults(
      [...named('stream', nameFault(stream)), ...named('durable', nameFault(durable))],
      'the name of the consumer',
    );
    await this.hold.connect();
  }
}
