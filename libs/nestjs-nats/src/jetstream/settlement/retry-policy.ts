/** How an error is recognised: by its class, or by a test of your own. */
export type ErrorMatch =
  (abstract new (...args: never[]) => unknown) | { readonly test: (error: unknown) => boolean };

/** How often a failed message comes again, and when. */
export interface RetryDelays {
  /**
   * How often the handler may try in all, the first time included. Default 5, minimum 1; `Infinity`
   * never gives up.
   */
  attempts?: number;
  /** How long after the first failure, in milliseconds. Default 200, minimum 0. */
  initialMs?: number;
  /** By how much each further delay is longer. Default 2, minimum 1. */
  factor?: number;
  /** The longest delay, in milliseconds. Default 30,000, minimum `initialMs`. */
  maxMs?: number;
  /**
   * By up to which part a delay is shortened at random, so that failures of one moment do not come
   * again in one moment. Default 0.2, from 0 to 1.
   */
  jitter?: number;
}

/** What holds for some errors instead. */
export interface RetryRule extends RetryDelays {
  /** Which errors. A test must not throw; one that does has not matched. */
  error: ErrorMatch;
}

/** When failed messages come again. */
export interface RetryOptions extends RetryDelays {
  /**
   * How often the process may end while it handles the message alone before that is given up, where
   * `attempts` does not end it earlier. It has ended once before, when others were under way too.
   * Default 2, minimum 1. Without an attempt log `attempts` counts.
   */
  crashes?: number;
  /**
   * Exceptions for some errors; the first that matches counts. What it leaves out is as for the rest.
   * The class of what a controller throws is known with `NatsModule` or `NatsExceptionFilter`.
   */
  rules?: readonly RetryRule[];
}

/** Is what {@link RetryDelays} come to. */
export type RetrySchedule = Readonly<Required<RetryDelays>>;

/** Is what a {@link RetryRule} comes to. */
export interface ResolvedRetryRule extends RetrySchedule {
  readonly error: ErrorMatch;
}

/** Is what {@link RetryOptions} come to. */
export interface RetryPolicy extends RetrySchedule {
  readonly crashes: number;
  readonly rules: readonly ResolvedRetryRule[];
}

/** Is what holds where nothing is said. */
export const DEFAULT_SCHEDULE: RetrySchedule = {
  attempts: 5,
  initialMs: 200,
  factor: 2,
  maxMs: 30_000,
  jitter: 0.2,
};

/** Is how often a process may end for one message, where nothing is said. */
const DEFAULT_CRASHES = 2;

/** Fills in the defaults, and in rules what holds for the rest; the option has been checked. */
export function resolveRetry({ rules = [], crashes, ...delays }: RetryOptions = {}): RetryPolicy {
  const schedule = filledIn(delays, DEFAULT_SCHEDULE);
  return {
    ...schedule,
    crashes: crashes ?? DEFAULT_CRASHES,
    rules: rules.map((rule) => ({ ...filledIn(rule, schedule), error: rule.error })),
  };
}

/**
 * Finds the rule for an error; where there is none, the policy itself holds.
 *
 * @param report hears what a test of a rule has thrown
 */
export function ruleFor(
  policy: RetryPolicy,
  error: unknown,
  report: (fault: unknown) => void,
): ResolvedRetryRule | undefined {
  return policy.rules.find(({ error: match }) => {
    try {
      return typeof match === 'function' ? error instanceof match : match.test(error);
    } catch (fault) {
      report(fault);
      return false;
    }
  });
}

/** Gives how often a policy lets a handler try at most, whatever the errors. */
export function mostAttempts(policy: RetryPolicy): number {
  return Math.max(policy.attempts, ...policy.rules.map(({ attempts }) => attempts));
}

/** Gives the longest delay that a policy can come to, in milliseconds. */
export function longestDelayMs(policy: RetryPolicy): number {
  return Math.max(policy.maxMs, ...policy.rules.map(({ maxMs }) => maxMs));
}

/**
 * Computes how long a message is put off, in whole milliseconds.
 *
 * @param attempt which attempt has failed, from 1
 * @param random a number from 0 to below 1
 */
export function delayFor(schedule: RetrySchedule, attempt: number, random: number): number {
  const { initialMs, factor, maxMs, jitter } = schedule;
  const growth = factor ** (attempt - 1);
  // 0 stays 0, however often it is multiplied; 0 × Infinity would not be a number
  const delayMs = initialMs === 0 ? 0 : Math.min(maxMs, initialMs * growth);
  return Math.round(delayMs * (1 - jitter * random));
}

/** Fills in what `delays` leave out. */
export function filledIn(delays: RetryDelays, defaults: RetrySchedule): RetrySchedule {
  return {
    attempts: delays.attempts ?? defaults.attempts,
    initialMs: delays.initialMs ?? defaults.initialMs,
    factor: delays.factor ?? defaults.factor,
    maxMs: delays.maxMs ?? defaults.maxMs,
    jitter: delays.jitter ?? defaults.jitter,
  };
}
