import type { ServiceVerb } from './service-answers.js';

/** How the subjects begin on which services are looked for. */
export const SERVICE_PREFIX = '$SRV';

/** Which services are asked: all, those of one name, or one. */
export interface ServiceTarget {
  readonly name?: string;
  /** Goes with a name. */
  readonly id?: string;
}

/** Gives the subject on which services are asked. */
export function controlSubject(
  verb: ServiceVerb,
  { name, id }: ServiceTarget = {},
  prefix = SERVICE_PREFIX,
): string {
  return [prefix, verb, name, id].filter((token) => token !== undefined).join('.');
}
