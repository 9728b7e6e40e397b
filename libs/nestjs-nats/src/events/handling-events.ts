import type { GiveUpReason } from '../jetstream/settlement/settlement.js';

/** Which message an event is about. */
export interface MessageFacts {
  readonly subject: string;
  /**
   * The pattern of its handler, as declared; nothing for an event that a client could not publish, and
   * for consumers of somebody else.
   */
  readonly pattern?: string;
  /** The queue group of a handler of core NATS that has one. */
  readonly queue?: string;
  /** Of a message of a stream: which. */
  readonly stream?: string;
  /** Of a message of a stream: the consumer it was delivered to. */
  readonly consumer?: string;
  /** Of a message of a stream: its sequence there. */
  readonly sequence?: number;
}

/**
 * What became of a message. Of core NATS: `ok`; `error`, it could not be read or handled; `rejected`,
 * a request was told that there is too much work; `dropped`, there was no room. Of a stream: `ack`;
 * `nak`, it comes again; `dead-letter` or `drop`, it is given up; `missed`, it failed in a handler of
 * an ordered consumer, where nothing comes again.
 */
export type HandledOutcome =
  'ok' | 'error' | 'rejected' | 'dropped' | 'ack' | 'nak' | 'dead-letter' | 'drop' | 'missed';

/** A message is done with, for this time. */
export interface HandledEvent extends MessageFacts {
  /** What the handler is for. */
  readonly handler: 'event' | 'request';
  readonly outcome: HandledOutcome;
  /** What went wrong, if anything did. */
  readonly error?: unknown;
}

/** A message of a stream has come again. */
export interface RedeliveryEvent extends MessageFacts {
  /** How often it was delivered to the consumer, this time included. */
  readonly deliveryCount: number;
  /** Which attempt of the handler this is, from 1. */
  readonly attempt: number;
}

/** A message of a stream is given up, and kept as a dead letter. */
export interface DeadLetterEvent extends MessageFacts {
  readonly reason: GiveUpReason;
  /** How many attempts have failed. */
  readonly attempts: number;
  readonly error: unknown;
}

/** A message is lost to its handler, and not kept. */
export interface DroppedEvent extends MessageFacts {
  /**
   * `overflow`: too many wait for the handler; `reply`: a request names no inbox for its answer;
   * `unpublished`: `emit()` failed and nobody had subscribed to hear; else why it is given up.
   */
  readonly reason: 'overflow' | 'reply' | 'unpublished' | GiveUpReason;
  readonly error?: unknown;
}

/** Messages for a handler of core NATS come faster than it handles them. */
export interface SlowEvent {
  readonly pattern: string;
  readonly queue?: string;
  /** How many messages wait. */
  readonly pending: number;
  /** How many may; those beyond are dropped or rejected. */
  readonly maxPending: number;
}

/** A message of a stream has been under way for very long, and holds a place of its handler. */
export interface OverdueEvent extends MessageFacts {
  /** For how long, in milliseconds. */
  readonly underWayMs: number;
}

/** The events of a strategy's messages, with what the listener receives. */
export type HandlingEvents = {
  /** A message is done with: one for each, so that a listener counts, and does little else. */
  handled: (event: HandledEvent) => void;
  /** A message of a stream has come again, for whatever reason. */
  redelivery: (event: RedeliveryEvent) => void;
  /** A message of a stream is kept as a dead letter. */
  deadLetter: (event: DeadLetterEvent) => void;
  /** A message is lost to its handler. */
  dropped: (event: DroppedEvent) => void;
  /** Half of the places to wait are taken; again only after most of them were free. */
  slow: (event: SlowEvent) => void;
  /**
   * A message of a stream has been under way for ten times `ackWaitMs`, and for five minutes at least; told
   * again as often as that time passes.
   */
  overdue: (event: OverdueEvent) => void;
};
