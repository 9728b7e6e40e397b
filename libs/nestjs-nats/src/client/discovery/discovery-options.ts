import type { ConnectionChoice } from '../../connection/connection-of.js';
import { MAX_TIMER_MS, named, throwFaults, wholeNumberFault } from '../../errors/option-faults.js';
import { describe } from '../../errors/quote.js';
import { serviceNameFault } from '../../micro/service-name.js';
import { subjectFault } from '../../subject/subject.js';

/** How long to wait for the answers of services. */
export interface DiscoveryWait {
  /** How long to wait in all, in milliseconds. Default 2,000, minimum 1. */
  maxWaitMs?: number;
  /**
   * How long after an answer to wait for the next one, in milliseconds: far services need more.
   * Default 300, minimum 1.
   */
  stallMs?: number;
}

/** Options of one question. */
export interface DiscoveryCallOptions extends DiscoveryWait {
  /** Ends it at once: the promise then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** How services are looked for. */
export type NatsDiscoveryOptions = DiscoveryWait & {
  /** What the subjects begin with; another one for services that an account imports. Default `'$SRV'`. */
  prefix?: string;
} & ConnectionChoice;

/** Says what is wrong with how long to wait. */
export function waitFaults({ maxWaitMs, stallMs }: DiscoveryWait): string[] {
  const fault = (value: unknown): string | undefined =>
    value === undefined ? undefined : wholeNumberFault(value, 1, MAX_TIMER_MS);
  return [...named('maxWaitMs', fault(maxWaitMs)), ...named('stallMs', fault(stallMs))];
}

/** Says what is wrong with the subject that the others begin with. */
export function prefixFaults(prefix: unknown): string[] {
  return named('prefix', prefix === undefined ? undefined : subjectFault(prefix));
}

/** @throws NatsTransportError `INVALID_OPTIONS` for what cannot be a service, and for options */
export function assertQuestion(
  name: unknown,
  id: unknown,
  { maxWaitMs, stallMs, signal }: DiscoveryCallOptions,
): void {
  throwFaults(
    [
      ...named('name', name === undefined ? undefined : serviceNameFault(name)),
      ...named('id', id === undefined ? undefined : serviceNameFault(id)),
      ...(id !== undefined && name === undefined ? ['id: it goes with a name'] : []),
      ...waitFaults({ maxWaitMs, stallMs }),
      ...(signal === undefined || signal instanceof AbortSignal
        ? []
        : [`signal: expected an AbortSignal, got ${describe(signal)}`]),
    ],
    'what is asked of services',
  );
}
