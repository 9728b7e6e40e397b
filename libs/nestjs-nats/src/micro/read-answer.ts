import { isSemanticVersion } from './semantic-version.js';
import {
  type EndpointInfo,
  type EndpointStats,
  SERVICE_TYPES,
  type ServiceIdentity,
  type ServiceInfo,
  type ServicePing,
  type ServiceStats,
  type ServiceVerb,
} from './service-answers.js';
import { isServiceName } from './service-name.js';

/** The answers to what is asked of a service. */
export interface AnswerOf {
  PING: ServicePing;
  INFO: ServiceInfo;
  STATS: ServiceStats;
}

/**
 * Reads what somebody has answered who may be no service at all; nothing when it is not what was
 * asked for. What libraries leave out is filled in, and what they add is left out.
 */
export function readAnswer<V extends ServiceVerb>(
  verb: V,
  value: unknown,
): AnswerOf[V] | undefined {
  if (!isObject(value) || value['type'] !== SERVICE_TYPES[verb]) return undefined;
  const identity = readIdentity(value);
  return identity && READERS[verb](identity, value);
}

type Fields = Readonly<Record<string, unknown>>;

const READERS: {
  readonly [V in ServiceVerb]: (
    identity: ServiceIdentity,
    fields: Fields,
  ) => AnswerOf[V] | undefined;
} = {
  PING: (identity) => ({ type: SERVICE_TYPES.PING, ...identity }),
  INFO: (identity, { description = '', endpoints }) => {
    const read = readAll(endpoints, readEndpoint);
    if (typeof description !== 'string' || read === undefined) return undefined;
    return { type: SERVICE_TYPES.INFO, ...identity, description, endpoints: read };
  },
  STATS: (identity, { started, endpoints }) => {
    const read = readAll(endpoints, readStats);
    if (typeof started !== 'string' || isNaN(Date.parse(started)) || read === undefined)
      return undefined;
    return { type: SERVICE_TYPES.STATS, ...identity, started, endpoints: read };
  },
};

function readIdentity({ name, id, version, metadata }: Fields): ServiceIdentity | undefined {
  const texts = readTexts(metadata);
  return isServiceName(name) && isServiceName(id) && isSemanticVersion(version) && texts
    ? { name, id, version, metadata: texts }
    : undefined;
}

function readEndpoint({
  name,
  subject,
  queue_group = '',
  metadata,
}: Fields): EndpointInfo | undefined {
  const texts = readTexts(metadata);
  if (!isText(name) || !isText(subject) || typeof queue_group !== 'string' || !texts)
    return undefined;
  return { name, subject, queue_group, metadata: texts };
}

function readStats(fields: Fields): EndpointStats | undefined {
  const { name, subject, queue_group = '', last_error = '' } = fields;
  const { num_requests, num_errors, processing_time, average_processing_time } = fields;
  return isText(name) &&
    isText(subject) &&
    typeof queue_group === 'string' &&
    typeof last_error === 'string' &&
    isCount(num_requests) &&
    isCount(num_errors) &&
    isCount(processing_time) &&
    isCount(average_processing_time)
    ? {
        name,
        subject,
        queue_group,
        num_requests,
        num_errors,
        last_error,
        processing_time,
        average_processing_time,
      }
    : undefined;
}

/** Reads a list, which may be left out; nothing when one of its items cannot be read. */
function readAll<T>(list: unknown, read: (fields: Fields) => T | undefined): T[] | undefined {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) return undefined;
  const items: T[] = [];
  for (const fields of list as unknown[]) {
    const item = isObject(fields) ? read(fields) : undefined;
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function readTexts(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')
    ? Object.fromEntries(entries)
    : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Not whole: some libraries divide. */
function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}
