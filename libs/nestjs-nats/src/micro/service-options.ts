import { named, unknownOptionFaults } from '../errors/option-faults.js';
import { describe, quote } from '../errors/quote.js';
import { metadataFault } from './metadata-fault.js';
import { serviceNameFault } from './service-name.js';
import { isSemanticVersion } from './semantic-version.js';

/** What a strategy answers when services are looked for: it is one, and its request handlers are its endpoints. */
export interface ServiceOptions {
  /** What kind of service it is; replicas have the same. Letters, digits, `_` and `-`. */
  name: string;
  /** A semantic version, `1.4.0` for example. */
  version: string;
  /** For people. Default none. */
  description?: string;
  /** What else there is to say, texts by name. Default none. */
  metadata?: Readonly<Record<string, string>>;
}

const NAMES = ['name', 'version', 'description', 'metadata'] satisfies (keyof ServiceOptions)[];

/** Says what is wrong with a `service` option; `undefined` is none. */
export function serviceFaults(service: unknown): string[] {
  if (service === undefined) return [];
  if (typeof service !== 'object' || service === null || Array.isArray(service))
    return [`service: expected { name, version }, got ${describe(service)}`];
  const { name, version, description = '', metadata = {} } = service as Record<string, unknown>;
  return [
    ...unknownOptionFaults(service, NAMES),
    ...named('name', serviceNameFault(name)),
    ...named(
      'version',
      isSemanticVersion(version) ? undefined : wanted(version, 'a version such as "1.4.0"'),
    ),
    ...named(
      'description',
      typeof description === 'string' ? undefined : wanted(description, 'text'),
    ),
    ...named('metadata', metadataFault(metadata)),
  ].map((fault) => `service.${fault}`);
}

function wanted(value: unknown, what: string): string {
  return `expected ${what}, got ${quote(value)}`;
}
