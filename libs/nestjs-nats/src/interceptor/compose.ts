import type { NatsParticipant } from '../events/participant.js';
import type { NatsInterceptor, NatsOperation } from './interceptor.js';

/** Runs `work` inside a chain of interceptors. */
export type InterceptorChain = (
  operation: NatsOperation,
  work: () => Promise<unknown>,
) => Promise<unknown>;

/** Says what is wrong with an `interceptors` option, or nothing when it may be used. */
export function interceptorsFault(option: unknown): string | undefined {
  return Array.isArray(option) && option.every((one) => typeof one === 'function')
    ? undefined
    : 'expected a list of functions';
}

/**
 * Makes one chain of several interceptors, the first outermost.
 *
 * @returns nothing for an empty list, so that whoever has none pays nothing
 */
export function composeInterceptors(
  interceptors: readonly NatsInterceptor[],
): InterceptorChain | undefined {
  if (interceptors.length === 0) return undefined;
  return (operation, work) => {
    const step = (index: number): Promise<unknown> => {
      const interceptor = interceptors[index];
      if (interceptor === undefined) return work();
      let called = false;
      const next = (): Promise<unknown> => {
        if (called) return Promise.reject(new Error('An interceptor called next() a second time.'));
        called = true;
        return step(index + 1);
      };
      return run(interceptor, operation, next);
    };
    return step(0);
  };
}

/** Shows a client or strategy to those of its interceptors that want to see it. */
export function attachInterceptors(
  interceptors: readonly NatsInterceptor[],
  participant: NatsParticipant,
): void {
  for (const interceptor of interceptors) interceptor.attachTo?.(participant);
}

/** Makes a rejection of what an interceptor throws before it returns a promise. */
async function run(
  interceptor: NatsInterceptor,
  operation: NatsOperation,
  next: () => Promise<unknown>,
): Promise<unknown> {
  return interceptor(operation, next);
}
