import { NatsTransportError } from '../index.js';
import type { DurableCheckOptions } from './durable-verdict.js';
import type { ReadinessCheckOptions } from './health-target.js';

/** Is the longest timer there is, in milliseconds: a longer one fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Says what is wrong with a value, or nothing. */
type Check = (value: unknown) => string | undefined;

/** How each option is checked. */
type Checks<Options> = Readonly<Record<keyof Options, Check>>;

const READINESS: Checks<ReadinessCheckOptions> = {
  timeoutMs: optional(wholeNumber(1, MAX_TIMER_MS)),
};

const DURABLE: Checks<DurableCheckOptions> = {
  stream: name,
  durable: name,
  maxPending: optional(wholeNumber(0)),
  maxUnacknowledged: optional(wholeNumber(0)),
  maxRedelivered: optional(wholeNumber(0)),
  maxStillMs: optional(wholeNumber(0)),
  beyond: optional((value) =>
    value === 'degraded' || value === 'down' ? undefined : "expected 'degraded' or 'down'",
  ),
  timeoutMs: optional(wholeNumber(1, MAX_TIMER_MS)),
};

/** @throws NatsTransportError `INVALID_OPTIONS` that names every fault */
export function checkReadinessOptions(options: ReadinessCheckOptions): void {
  check('readiness()', options, READINESS);
}

/** @throws NatsTransportError `INVALID_OPTIONS` that names every fault */
export function checkDurableOptions(options: DurableCheckOptions): void {
  check('durable()', options, DURABLE);
}

function check(what: string, options: object, checks: Readonly<Record<string, Check>>): void {
  const unknown = Object.keys(options)
    .filter((key) => !Object.hasOwn(checks, key))
    .map((key) => `${key}: there is no such option`);
  const wrong = Object.entries(checks).flatMap(([key, faultOf]) => {
    const fault = faultOf((options as Readonly<Record<string, unknown>>)[key]);
    return fault === undefined ? [] : [`${key}: ${fault}`];
  });
  const faults = [...unknown, ...wrong];
  if (faults.length === 0) return;
  throw new NatsTransportError(
    'INVALID_OPTIONS',
    `Cannot use the options of ${what}: ${faults.join('; ')}.`,
    { details: { faults } },
  );
}

function optional(faultOf: Check): Check {
  return (value) => (value === undefined ? undefined : faultOf(value));
}

function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): Check {
  return (value) => {
    if (Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum)
      return undefined;
    return maximum === Number.MAX_SAFE_INTEGER
      ? `expected a whole number, at least ${minimum}`
      : `expected a whole number from ${minimum} to ${maximum}`;
  };
}

function name(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? undefined : 'expected a name';
}
