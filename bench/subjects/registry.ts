import type { Subject } from './subject.js';

/** What is known of a subject without loading it. */
export interface SubjectEntry {
  readonly name: string;
  readonly jetstream: boolean;
  /** The package that it needs; without it the subject does not take part. */
  readonly requires?: string;
  load(): Promise<{ readonly subject: Subject }>;
}

/** Is what the others are compared with. */
export const BASELINE = 'raw';

/** Takes part only to show how far equal things lie apart. */
const AGAIN = 'raw-again';

const raw = (): Promise<{ readonly subject: Subject }> => import('./raw.js');

const ALL: readonly SubjectEntry[] = [
  { name: BASELINE, jetstream: true, load: raw },
  { name: AGAIN, jetstream: true, load: raw },
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
];

/** Gives those that can take part, the base line first. */
export function subjects({ noise }: { readonly noise: boolean }): SubjectEntry[] {
  return ALL.filter(({ name }) => noise || name !== AGAIN).filter(
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
