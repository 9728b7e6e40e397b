import { quote } from '../../errors/quote.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import { API_ERROR } from '../api/api-error.js';
import type { JetStreamApi } from '../api/js-api.js';
import type { WantedStream } from './resolve-stream.js';

/**
 * Adds to a refusal because of subjects that another stream takes which stream that is; the server
 * does not say. Any other error stays as it is.
 */
export async function withOwners(
  api: JetStreamApi,
  error: unknown,
  { name, subjects = [] }: WantedStream,
): Promise<unknown> {
  if (!isNatsTransportError(error) || error.details['apiCode'] !== API_ERROR.subjectsOverlap)
    return error;
  const owners = await ownersOf(api, subjects, name);
  if (owners.length === 0) return error;
  const list = owners.map(({ subject, streams }) => `${quote(subject)} (${streams.join(', ')})`);
  return new NatsTransportError(
    error.code,
    `${error.message} Other streams take: ${list.join(', ')}.`,
    { cause: error, details: { ...error.details, owners } },
  );
}

interface SubjectOwners {
  readonly subject: string;
  readonly streams: readonly string[];
}

async function ownersOf(
  api: JetStreamApi,
  subjects: readonly string[],
  name: string,
): Promise<SubjectOwners[]> {
  const owners: SubjectOwners[] = [];
  for (const subject of subjects) {
    try {
      const { streams } = await api.request<{ streams: string[] | null }>(
        'STREAM.NAMES',
        { subject },
        'Cannot list streams',
      );
      const others = (streams ?? []).filter((stream) => stream !== name);
      if (others.length > 0) owners.push({ subject, streams: others });
    } catch {
      // the refusal itself is what the caller must hear; credentials may not list streams
      return owners;
    }
  }
  return owners;
}
