/**
 * Is what a strategy has refused since it was made, and has under way now. Each of these has a line in
 * the log too, but not for every message.
 */
export interface StrategyCounters {
  /** Messages that handlers work on, or that wait for one. */
  readonly underWay: number;
  /** Messages that were rejected or dropped because as many waited as may. */
  readonly overflowed: number;
  /** Messages whose payload or headers could not be read, or were too much. */
  readonly unreadable: number;
  /** Requests that were dropped because their reply subject is no inbox. */
  readonly repliesRefused: number;
  /** Requests whose answer could not be sent, or was refused by the server. */
  readonly unanswered: number;
}

/** What {@link StrategyCounters} are counted in. */
export type Tally = { -readonly [K in Exclude<keyof StrategyCounters, 'underWay'>]: number };

export function newTally(): Tally {
  return { overflowed: 0, unreadable: 0, repliesRefused: 0, unanswered: 0 };
}
