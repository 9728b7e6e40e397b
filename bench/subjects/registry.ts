import type { Subject } from './subject.js';

/** What is known of a subject without loading it. */
export interface SubjectEntry {
  readonly name: string;
  readonly jetstream: boolean;
  /** The package that it needs; without it the subject does not take part. */
  readonly requires?: string;
  /** Takes part only when it is asked for. */
  readonly only?: keyof Extras;
  load(): Promise<{ readonly subject: Subject }>;
}

/** Which subjects take part besides. */
export interface Extras {
  /** The base line once more, to show how far equal things lie apart. */
  readonly noise: boolean;
  /** Ours with telemetry that nobody records. */
  readonly otel: boolean;
  /** The client and Nest with nothing between them, to show what no transport for Nest can pass. */
  readonly floor: boolean;
}

/** Is what the others are compared with. */
export const BASELINE = 'raw';

const raw = (): Promise<{ readonly subject: Subject }> => import('./raw.js');

const ALL: readonly SubjectEntry[] = [
  { name: BASELINE, jetstream: true, load: raw },
  { name: 'raw-again', jetstream: true, only: 'noise', load: raw },
  {
    name: 'nest-floor',
    jetstream: true,
    requires: '@nestjs/microservices',
    only: 'floor',
    load: () => import('./nest-floor.js'),
  },
  {
    name: 'nest-builtin',
    jetstream: false,
    requires: '@nestjs/microservices',
    load: () => import('./nest-builtin.js'),
  },
  {
    name: 'nestjs-nats',
    jetstream: true,
    requires: 'nestjs-nats',
    load: () => import('./nestjs-nats.js'),
  },
  {
    name: 'nestjs-nats-otel',
    jetstream: true,
    requires: 'nestjs-nats/otel',
    only: 'otel',
    load: () => import('./nestjs-nats-otel.js'),
  },
];

/** Gives those that can take part, the base line first. */
export function subjects(extras: Extras): SubjectEntry[] {
  return ALL.filter(({ only }) => only === undefined || extras[only]).filter(
    ({ requires }) => requires === undefined || isInstalled(requires),
  );
}

/** Loads one: a process loads no other, so that its memory and start are its own. */
export async function loadSubject(name: string): Promise<Subject> {
  const entry = ALL.find((entry) => entry.name === name);
  if (entry === undefined) throw new Error(`There is no subject named "${name}".`);
  return (await entry.load()).subject;
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
