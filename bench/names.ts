/** Is every subject and name on the server: the same for all that are compared, one after the other. */
export const SUBJECT = {
  event: 'bench.event',
  request: {
    plain: 'bench.request.plain',
    async: 'bench.request.async',
    guarded: 'bench.request.guarded',
  },
  stored: 'bench.stored',
  /** Tells the publisher how far the handlers are. */
  credit: 'bench.credit',
} as const;

/** Is how many handlers the wildcard scenario has. */
export const WILDCARDS = 500;

/** A filter with a wildcard, and a subject that it takes. */
export const wildcard = (i: number): string => `bench.wild.${i}.*`;
export const wildcardSubject = (i: number): string => `bench.wild.${i}.x`;

/** Gives the `i`th of many plain subjects. */
export const numbered = (i: number): string => `bench.many.${i}`;

/** The stream that is published to, and the one that is consumed. */
export const STREAM = {
  publish: { name: 'BENCH_PUBLISH', subject: 'bench.publish' },
  consume: { name: 'BENCH_CONSUME', subject: SUBJECT.stored, durable: 'bench' },
} as const;
