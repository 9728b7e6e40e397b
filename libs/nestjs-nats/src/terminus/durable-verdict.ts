import type { DurableState } from '../index.js';

/** Options of {@link NatsHealthIndicator.durable}. A limit that is left out is not looked at. */
export interface DurableCheckOptions {
  readonly stream: string;
  readonly durable: string;
  /** How many messages may wait to be delivered: how far it may be behind. */
  readonly maxPending?: number;
  /** How many may be delivered and not settled. */
  readonly maxUnacknowledged?: number;
  /** How many of those may have been delivered more than once. */
  readonly maxRedelivered?: number;
  /**
   * How long nothing may be delivered or settled while there is something to do, in milliseconds. It is
   * seen from one check to the next.
   */
  readonly maxStillMs?: number;
  /** What it is when a limit is passed. Default `'degraded'`: messages wait, but none is lost. */
  readonly beyond?: 'degraded' | 'down';
  /** How long connecting and the server's answer may take together, in milliseconds. Default 1,000, minimum 1. */
  readonly timeoutMs?: number;
}

/** What was seen of a durable, and since when it has not moved. */
export interface DurableSight {
  readonly state: DurableState;
  /** By the clock that {@link sighted} is given. */
  readonly stillSince: number;
}

/** Takes down what is seen of a durable, with what was seen before. */
export function sighted(
  state: DurableState,
  before: DurableSight | undefined,
  now: number,
): DurableSight {
  // what there is to do may have come a moment ago
  const hasMoved =
    before === undefined ||
    isIdle(before.state) ||
    before.state.deliveries !== state.deliveries ||
    before.state.settled !== state.settled;
  return { state, stillSince: isIdle(state) || hasMoved ? now : before.stillSince };
}

function isIdle({ pending, unacknowledged }: DurableState): boolean {
  return pending === 0 && unacknowledged === 0;
}

/** Says which limits are passed, a sentence each. */
export function durableFaults(
  { state, stillSince }: DurableSight,
  { maxPending, maxUnacknowledged, maxRedelivered, maxStillMs }: DurableCheckOptions,
  now: number,
): string[] {
  const over = (name: string, count: number, limit = Infinity): string[] =>
    count > limit ? [`${count} messages are ${name}, more than ${limit}.`] : [];
  const stillMs = Math.floor(now - stillSince);
  return [
    ...over('pending', state.pending, maxPending),
    ...over('unacknowledged', state.unacknowledged, maxUnacknowledged),
    ...over('redelivered', state.redelivered, maxRedelivered),
    ...(stillMs > (maxStillMs ?? Infinity)
      ? [`Nothing was delivered or settled for ${stillMs} ms, though messages are there.`]
      : []),
  ];
}
