import type { StreamConfig } from '@nats-io/jetstream';

/**
 * Describes a stream that an application needs, under the names NATS has for its settings; durations
 * are in nanoseconds, as in NATS (`nanos(ms)` of the NATS client makes them).
 *
 * Defaults are those of the server, but for `discard`: a work queue is declared `'new'`, so that a
 * full one refuses messages instead of dropping what nobody has processed.
 */
export type StreamDeclaration = Pick<StreamConfig, 'name'> & {
  /** What the stream takes: subjects, with wildcards. Empty for a mirror. */
  subjects: readonly string[];
} & Partial<Omit<StreamConfig, 'name' | 'subjects' | 'sealed'>>;

/**
 * What may be done to streams and consumers. `'create'`: make what is missing, and refuse what
 * differs; `'update'`: also change what differs; `'verify'`: make nothing, refuse what is missing or
 * differs; `'off'`: look at nothing.
 */
export type Provision = 'create' | 'update' | 'verify' | 'off';
