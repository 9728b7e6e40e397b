import type { HealthIndicatorResult, HealthIndicatorStatus } from '@nestjs/terminus';
import type { NatsStatus } from '../index.js';

/** How a connection fares, under the key that was asked for. */
export type ConnectionHealth<Key extends string> = HealthIndicatorResult<
  Key,
  HealthIndicatorStatus,
  {
    /** `'unused'` is one that nobody has asked for yet. */
    connection: NatsStatus | 'unused';
    /** How long the way to the server and back took, in milliseconds. */
    roundTripMs?: number;
    /** Why not, a sentence each. For people: they may be reworded. */
    reasons?: string[];
  }
>;

/** How a durable fares, under the key that was asked for. */
export type DurableHealth<Key extends string> = HealthIndicatorResult<
  Key,
  HealthIndicatorStatus,
  {
    stream: string;
    durable: string;
    /** How many messages wait to be delivered. */
    pending?: number;
    /** How many are delivered, and not settled. */
    unacknowledged?: number;
    /** How many of those were delivered more than once. */
    redelivered?: number;
    /** Why not, a sentence each. For people: they may be reworded. */
    reasons?: string[];
  }
>;
