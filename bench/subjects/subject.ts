import type { Payload } from '../payload.js';
import type { Stage } from '../scenarios.js';

/** What the server side of a subject is to have. */
export interface ServerPlan {
  readonly url: string;
  readonly stage: Stage;
  /** How many event handlers there are. */
  readonly handlers: number;
  /** How many messages of a stream are handled at a time. */
  readonly concurrency: number;
  /** Whether the handler of a stream awaits 1 ms. */
  readonly async: boolean;
}

/** Handlers at work. */
export interface BenchServer {
  close(): Promise<void>;
}

/** The sending side of a subject, as its user would write it. */
export interface BenchClient {
  /** Publishes an event; {@link sent} waits for those since the last call, if there is anything to wait for. */
  emit(subject: string, data: Payload): void;
  sent(): Promise<unknown> | undefined;
  request(subject: string, data: Payload): Promise<unknown>;
  /** Publishes to a stream and waits for its acknowledgement. Absent where there are no streams. */
  store?(subject: string, data: Payload, id: string): Promise<unknown>;
  close(): Promise<void>;
}

/** One of the things that are compared. */
export interface Subject {
  serve(plan: ServerPlan): Promise<BenchServer>;
  connect(url: string): Promise<BenchClient>;
}
