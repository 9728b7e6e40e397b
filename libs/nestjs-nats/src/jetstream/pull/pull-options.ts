import type { Msg } from '@nats-io/transport-node';
import type { SharedConnection } from '../../connection/shared-connection.js';
import type { JetStreamApi } from '../api/js-api.js';
import type { Delivery } from './delivery.js';
import type { PullEvent } from './pull-events.js';
import type { ConsumerNames } from './pull-request.js';

/** Takes messages from a consumer for as long as it runs, never more than there is room for. */
export interface PullConsumer {
  /**
   * Makes sure that the consumer is there, and asks it for messages. Resolves when the server has
   * taken that.
   *
   * @throws NatsTransportError what making the consumer throws, `CONSUMER_NOT_FOUND` when nobody
   * answers for it, `JETSTREAM_REFUSED` when it does not take the request, `PERMISSION_DENIED`,
   * `NOT_CONNECTED`, `CLOSED` when it was stopped meanwhile
   */
  start(): Promise<void>;
  /** Says that there is more room than before; asks for more messages, once for a turn of calls. */
  freed(): void;
  /**
   * Takes no more messages, and withdraws what was asked for. Resolves when everything the server had
   * sent by then has been refused: in milliseconds, or, if the server hangs, in a second.
   */
  stop(): Promise<void>;
  /**
   * Gives up what the server keeps for this process alone: its place as the active one. Call it after
   * {@link stop}, when no message is worked on any more; never rejects.
   */
  release(): Promise<void>;
}

/** What a pull loop needs from the outside. */
export interface PullLoopOptions {
  readonly connection: SharedConnection;
  readonly api: JetStreamApi;
  /**
   * Makes sure that the consumer is there, and gives its name. Is called at the start, and whenever
   * nobody answers for the consumer; may then reject, and is called again.
   */
  ensure(): Promise<ConsumerNames>;
  /** How many more messages can be taken now. It may grow only with a call of `freed()`. */
  freeSlots(): number;
  /** Takes a message; there is a free slot, which it takes before it returns. What it throws is reported. */
  receive(message: Msg, delivery: Delivery): void;
  /**
   * Hears of a message that is not taken: there is no slot for it, or `stop()` has been called. It is
   * for another process, at once. Must not throw.
   */
  refuse(message: Msg, delivery: Delivery): void;
  /** Hears what happens. Must not throw. */
  report(event: PullEvent): void;
  /** Hears up to which delivery the consumer has sent messages, while it has nothing to send. */
  heartbeat?(lastConsumerSequence: number): void;
  /** How many requests the consumer keeps at a time, if its configuration says so (`max_waiting`). */
  readonly maxWaiting?: number;
  /** The priority group whose active process gets the messages. Needs nats-server 2.11. */
  readonly singleActive?: SingleActive;
  /** How long one request waits for messages, in milliseconds. Default 30,000, minimum 1000. */
  readonly expiresMs?: number;
  /**
   * How often the server says that it is there while it has nothing to send, in milliseconds; after
   * two in vain it is looked for. Default 5000, minimum 100, at most half of `expiresMs`.
   */
  readonly heartbeatMs?: number;
}

/** One process of a group is the active one. */
export interface SingleActive {
  readonly group: string;
  /** After how long the server gives the place of a process that is gone to another, in milliseconds. */
  readonly timeoutMs: number;
}
