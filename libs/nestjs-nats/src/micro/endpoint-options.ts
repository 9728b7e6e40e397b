import { named, unknownOptionFaults } from '../errors/option-faults.js';
import { describe } from '../errors/quote.js';
import { metadataFault } from './metadata-fault.js';
import { serviceNameFault } from './service-name.js';

/** How a request handler shows itself among the endpoints of its service. */
export interface EndpointOptions {
  /** Letters, digits, `_` and `-`. Default: the subject, with `_` for all that is neither. */
  name?: string;
  /** What else there is to say, texts by name. Default none. */
  metadata?: Readonly<Record<string, string>>;
}

/** Is what {@link EndpointOptions} come to. */
export interface ResolvedEndpointOptions {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

const NAMES = ['name', 'metadata'] satisfies (keyof EndpointOptions)[];

/** Says what is wrong with an `endpoint` option; `undefined` is none. */
export function endpointFaults(endpoint: unknown): string[] {
  if (endpoint === undefined) return [];
  if (typeof endpoint !== 'object' || endpoint === null || Array.isArray(endpoint))
    return [`endpoint: expected { name?, metadata? }, got ${describe(endpoint)}`];
  const { name, metadata = {} } = endpoint as Record<string, unknown>;
  return [
    ...unknownOptionFaults(endpoint, NAMES),
    ...named('name', name === undefined ? undefined : serviceNameFault(name)),
    ...named('metadata', metadataFault(metadata)),
  ].map((fault) => `endpoint.${fault}`);
}

/** Fills in the defaults; the options have been checked. */
export function resolveEndpoint(
  { name, metadata = {} }: EndpointOptions = {},
  pattern: string,
): ResolvedEndpointOptions {
  return { name: name ?? nameOf(pattern), metadata: Object.freeze({ ...metadata }) };
}

/** A colon only marks a named token; wildcards say what they stand for. */
function nameOf(pattern: string): string {
  return pattern
    .split('.')
    .map((token) => (token === '*' ? 'any' : token === '>' ? 'rest' : token.replace(/^:/, '')))
    .join('_')
    .replaceAll(/[^A-Za-z0-9_-]/g, '_');
}
