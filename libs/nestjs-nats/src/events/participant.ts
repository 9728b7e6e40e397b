import type { NatsConnectionView } from '../connection/connection-view.js';
import type { HandlingEvents } from './handling-events.js';

/** What a handler has to do at this moment. */
export interface HandlerLoad {
  readonly pattern: string;
  readonly handler: 'event' | 'request';
  /** The queue group of a handler of core NATS that has one. */
  readonly queue?: string;
  /** Of a handler of a stream: which. */
  readonly stream?: string;
  /** Of a handler of a stream: its consumer. */
  readonly consumer?: string;
  /** How many messages it works on. */
  readonly inFlight: number;
  /** How many have arrived and wait. */
  readonly pending: number;
}

/** How a consumer of a stream stands, by the word of the server. */
export interface ConsumerState {
  readonly stream: string;
  readonly consumer: string;
  /** The patterns of its handler, as declared. */
  readonly patterns: readonly string[];
  /** How many messages the stream has for it that were not delivered yet. */
  readonly pending: number;
  /** How many are delivered, and not settled. */
  readonly unacknowledged: number;
  /** How many of those were delivered more than once. */
  readonly redelivered: number;
}

/** Is what an observer sees of a client. */
export interface ClientParticipant {
  readonly role: 'client';
  readonly connection: NatsConnectionView;
  /** Listens to an event of messages. @returns a function that removes the listener */
  on<K extends keyof HandlingEvents>(event: K, listener: HandlingEvents[K]): () => void;
}

/** Is what an observer sees of a strategy. */
export interface StrategyParticipant extends Omit<ClientParticipant, 'role'> {
  readonly role: 'strategy';
  /** Tells what each handler has to do; nothing while the strategy does not listen. */
  load(): readonly HandlerLoad[];
  /**
   * Asks the server how the consumers stand.
   *
   * @throws NatsTransportError as the server refuses, or does not answer
   */
  consumerStates(): Promise<readonly ConsumerState[]>;
}

/** Who sends or receives messages, as an observer sees it. */
export type NatsParticipant = ClientParticipant | StrategyParticipant;
