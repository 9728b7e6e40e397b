import type { NatsMessageContext } from 'nestjs-nats';

/** A message as a handler sees it. */
export interface Received {
  readonly payload: number;
  readonly context: NatsMessageContext;
}

export type Handler = (message: Received) => unknown;

/** A handler that gets messages. */
export interface Subscription {
  /** Takes no more messages; what is under way comes to its end. */
  close(): Promise<void>;
}

/** Publishes messages. */
export interface Publisher {
  /** Resolves when the server has the message. */
  publish(topic: string, payload: number): Promise<void>;
  close(): Promise<void>;
}

export interface SubscribeOptions {
  /** Members of a group share the messages. */
  readonly group: string;
  readonly concurrency?: number;
}

/** Is what the suite needs of a kind of handlers. */
export interface Driver {
  /** Whether a message waits for a handler while there is none. */
  readonly keepsMessages: boolean;
  /** A topic that no other test knows. */
  topic(): Promise<string>;
  publisher(): Publisher;
  /** Starts an application of one handler. */
  subscribe(topic: string, handler: Handler, options: SubscribeOptions): Promise<Subscription>;
  /** How many messages of a group have been delivered and not been settled. */
  unsettled(topic: string, group: string): Promise<number>;
  /** Ends the server as a crash would, and starts it again. */
  restartServer(): Promise<void>;
}

/** Says of each promise that a kind of handlers does not make, why. */
export type NotPromised = Readonly<Record<string, string>>;
