/** How an error is recognised: by its class, or by a test of your own. */
export type ErrorMatch =
  (abstract new (...args: never[]) => unknown) | { readonly test: (error: unknown) => boolean };

/** How often a failed message comes again, and when. */
export interface RetryDelays {
  /** How often the handler may try in all, the first time included. Default 5, minimum 1. */
  attempts?: number;
  /** How long after the first failure, in milliseconds. Default 200, minimum 0. */
  initialMs?: number;
  /** By how much each further delay is longer. Default 2, minimum 1. */
  factor?: number;
  /** The longest delay, in milliseconds. Default 30,000, minimum `initialMs`. */
  maxMs?: number;
  /** By which part a delay varies at random, so that failures of one moment spread. Default 0.2, from 0 to 1. */
  jitter?: number;
}

/** What holds for some errors instead. */
export interface RetryRule extends RetryDelays {
  /** Which errors. */
  error: ErrorMatch;
}

/** When failed messages come again. */
export interface RetryOptions extends RetryDelays {
  /** Exceptions for some errors; the first that matches counts. What it leaves out is as for the rest. */
  rules?: readonly RetryRule[];
}
