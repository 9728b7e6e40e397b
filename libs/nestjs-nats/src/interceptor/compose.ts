import type { NatsParticipant } from '../events/participant.js';
import type { NatsInterceptor, NatsOperation } from './interceptor.js';

/** Runs `work` inside a chain of interceptors. */
export type InterceptorChain = (
  operation: NatsOperation,
  work: () => Promise<unknown>,
) => Promise<unknown>;

/**
 * Gives the chain to put around a message now. There is none when no interceptor has anything to do,
 * so that whoever has no others pays nothing.
 */
export type ChainSource = () => InterceptorChain | undefined;

/** Says what is wrong with an `interceptors` option, or nothing when it may be used. */
export function interceptorsFault(option: unknown): string | undefined {
  if (!Array.isArray(option) || !option.every((one) => typeof one === 'function')) {
    return 'expected a list of functions';
  }
  const mayBeAsked = ({ isIdle }: { isIdle?: unknown }): boolean =>
    isIdle === undefined || typeof isIdle === 'function';
  return option.every(mayBeAsked) ? undefined : 'expected isIdle to be a function';
}

/** Makes one chain of several interceptors, the first outermost; those that are idle are left out. */
export function composeInterceptors(interceptors: readonly NatsInterceptor[]): ChainSource {
  if (interceptors.length === 0) return () => undefined;
  const chain = chainOf(interceptors);
  // beside one that always has something to do, the others need not be asked
  if (interceptors.some((one) => one.isIdle === undefined)) return () => chain;
  return () => (interceptors.every(isIdle) ? undefined : chain);
}

function chainOf(interceptors: readonly NatsInterceptor[]): InterceptorChain {
  return (operation, work) => {
    const step = (index: number): Promise<unknown> => {
      const interceptor = interceptors[index];
      if (interceptor === undefined) return work();
      if (isIdle(interceptor)) return step(index + 1);
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

function isIdle(interceptor: NatsInterceptor): boolean {
  return interceptor.isIdle?.() === true;
}

/** Makes a rejection of what an interceptor throws before it returns a promise. */
async function run(
  interceptor: NatsInterceptor,
  operation: NatsOperation,
  next: () => Promise<unknown>,
): Promise<unknown> {
  return interceptor(operation, next);
}
