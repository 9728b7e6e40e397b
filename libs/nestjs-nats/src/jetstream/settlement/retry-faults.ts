import { MAX_TIMER_MS, unknownOptionFaults, wholeNumberFault } from '../../errors/option-faults.js';
import { describe } from '../../errors/quote.js';
import { DEFAULT_SCHEDULE, filledIn, type RetrySchedule } from './retry-policy.js';

const DELAYS = Object.keys(DEFAULT_SCHEDULE);

/** Says what is wrong with the option `retry` of a handler, each sentence beginning with its place. */
export function retryFaults(option: unknown): string[] {
  if (option === undefined) return [];
  if (!isObject(option)) return [`retry: expected an object, got ${describe(option)}`];
  const faults = delayFaults(option, DEFAULT_SCHEDULE, [...DELAYS, 'crashes', 'rules']);
  const { crashes = 1, rules = [] } = option;
  const crashFault = wholeNumberFault(crashes, 1);
  if (crashFault !== undefined) faults.push(`crashes: ${crashFault}`);
  const inherited = filledIn(option, DEFAULT_SCHEDULE);
  if (!Array.isArray(rules)) faults.push('rules: expected a list');
  else {
    for (const [i, rule] of rules.entries()) {
      faults.push(...ruleFaults(rule, inherited).map((fault) => `rules[${i}].${fault}`));
    }
  }
  return faults.map((fault) => `retry.${fault}`);
}

function ruleFaults(rule: unknown, inherited: RetrySchedule): string[] {
  if (!isObject(rule)) return [`error: expected an object with error, got ${describe(rule)}`];
  const faults = delayFaults(rule, inherited, [...DELAYS, 'error']);
  const { error } = rule;
  const recognises =
    typeof error === 'function' || (isObject(error) && typeof error['test'] === 'function');
  if (!recognises) faults.push('error: expected a class, or an object with test()');
  return faults;
}

function delayFaults(
  delays: Readonly<Record<string, unknown>>,
  defaults: RetrySchedule,
  known: readonly string[],
): string[] {
  const { attempts, initialMs, factor, maxMs, jitter } = delays;
  const faults = unknownOptionFaults(delays, known);
  const check = (name: string, value: unknown, fault: string | undefined): void => {
    if (value !== undefined && fault !== undefined) faults.push(`${name}: ${fault}`);
  };
  if (attempts !== Infinity) check('attempts', attempts, wholeNumberFault(attempts, 1));
  const shortest = initialMs === undefined ? defaults.initialMs : initialMs;
  const shortestFault = wholeNumberFault(shortest, 0, MAX_TIMER_MS);
  check('initialMs', initialMs, shortestFault);
  check('factor', factor, numberFault(factor, 1, Number.MAX_VALUE));
  const minimum = shortestFault === undefined ? Number(shortest) : 0;
  // also when it is not set here: a longer first delay needs a longer last one
  const longest = maxMs === undefined && initialMs !== undefined ? defaults.maxMs : maxMs;
  check('maxMs', longest, wholeNumberFault(longest, minimum, MAX_TIMER_MS));
  check('jitter', jitter, numberFault(jitter, 0, 1));
  return faults;
}

function numberFault(value: unknown, minimum: number, maximum: number): string | undefined {
  if (typeof value === 'number' && value >= minimum && value <= maximum) return undefined;
  return maximum === Number.MAX_VALUE
    ? `expected a number, at least ${minimum}`
    : `expected a number from ${minimum} to ${maximum}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
