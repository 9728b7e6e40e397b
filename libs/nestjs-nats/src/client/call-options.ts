import type { MsgHdrs } from '@nats-io/transport-node';
import type { ReadPacket, WritePacket } from '@nestjs/microservices';
import type { MessageOptions } from '../message/record.js';
import type { StreamOptions } from '../message/stream-options.js';

/** Options of one {@link NatsClient.publish}. */
export interface PublishOptions extends MessageOptions, StreamOptions {
  /**
   * `'flush'` waits until the server has processed the message, and so learns of a refused subject
   * or a broken connection. `'none'` resolves as soon as the message is handed to a live connection.
   * Default: the client's. The acknowledgement of a stream says more, and is waited for anyhow.
   */
  confirm?: 'flush' | 'none';
}

/** A message of {@link NatsClient.publishBatch}, with what it asks for. */
export interface BatchMessage
  extends
    Omit<MessageOptions, 'timeoutMs'>,
    Omit<StreamOptions, 'stream' | 'delivery' | 'expectLastMsgId'> {
  subject: string;
  /** The payload, or a record around it. */
  data: unknown;
}

/** Options of one {@link NatsClient.publishBatch}. */
export interface BatchPublishOptions {
  /** The stream that stores the messages; needed if they belong to none that is declared. */
  stream?: string;
  /** How long to wait for the acknowledgement, in milliseconds. Default: the client's. */
  timeoutMs?: number;
}

/** Options of one {@link NatsClient.request}. */
export interface RequestOptions extends MessageOptions {
  /**
   * Ends the call at once, whatever it waits for: the promise then rejects with the signal's reason.
   * A request that has not been sent by then never is.
   */
  signal?: AbortSignal;
  /** Receives the headers of the answer, if it has any, before the promise resolves. */
  onHeaders?: (headers: MsgHdrs) => void;
}

/** What {@link NatsClient.publish} is called with: by an application, or by its base class. */
export type PublishCall =
  | [subject: string, data: unknown, options?: PublishOptions]
  | [packet: ReadPacket, callback: (packet: WritePacket) => void];

/** Options of one {@link NatsClient.gather}. */
export interface GatherOptions extends MessageOptions {
  /** How many answers are enough. Default: as many as come in time. */
  max?: number;
  /** How long after an answer to wait for the next one, in milliseconds. Default: the whole time. */
  stallMs?: number;
  /**
   * Receives the error of a responder that failed, or whose answer cannot be read; the answer counts,
   * but gives no value.
   */
  onError?: (error: unknown) => void;
}
