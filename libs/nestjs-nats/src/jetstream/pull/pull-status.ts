/** What the server says about a pull request besides sending messages, and what that means. */
export type PullStatus = {
  /** As the server gives it, for logs. */
  readonly code: number;
  readonly description: string;
} & (
  | {
      /** The consumer is there and has nothing to send. */
      readonly kind: 'alive';
      /** The consumer's last delivery; messages up to it have been sent before. */
      readonly lastConsumerSequence: number | undefined;
    }
  | ({
      /**
       * Why the request is over. `'ended'`: as requests end; `'moved'`: the server or the leader of the
       * consumer changes; `'gone'`: nobody answers for the consumer; `'unpinned'`: another process is
       * the active one, or nobody; `'refused'`: the request is not what the consumer takes; `'odd'`:
       * for another reason, one that no consumer should have.
       */
      readonly kind: EndKind;
    } & Remainder)
  | ({
      /** The request is over: it asked for more than the consumer's configuration allows. */
      readonly kind: 'limited';
      /** How many messages a request may ask for at most. */
      readonly maxBatch: number | undefined;
      /** How long a request may wait at most, in milliseconds. */
      readonly maxExpiresMs: number | undefined;
    } & Remainder)
);

type EndKind = 'ended' | 'moved' | 'gone' | 'unpinned' | 'refused' | 'odd';

interface Remainder {
  /** How many of the messages asked for do not come; when the server does not say, none comes. */
  readonly remaining: number | undefined;
}

/** Reads a header's value, `''` when there is none. */
export type HeaderReader = (name: string) => string;

/**
 * Reads a status message, or nothing when the code says that it is none.
 *
 * The server tells many cases apart by the description only (ADR-13, `server/consumer.go`). What is
 * not known is `'odd'`: whatever it is, asking again slowly does no harm.
 */
export function readPullStatus(
  code: number,
  description: string,
  header: HeaderReader,
): PullStatus | undefined {
  if (!Number.isInteger(code) || code < 100 || code > 999) return undefined;
  const text = description.toLowerCase();
  const status = { code, description };
  if (code === 100) {
    return { ...status, kind: 'alive', lastConsumerSequence: count(header('Nats-Last-Consumer')) };
  }
  const ended = { ...status, remaining: count(header('Nats-Pending-Messages')) };
  const maxBatch = /^exceeded maxrequestbatch of (\d+)$/.exec(text)?.[1];
  const maxExpires = /^exceeded maxrequestexpires of (.+)$/.exec(text)?.[1];
  if (code === 409 && (maxBatch !== undefined || maxExpires !== undefined)) {
    const maxExpiresMs = maxExpires === undefined ? undefined : readGoDuration(maxExpires);
    return { ...ended, kind: 'limited', maxBatch: count(maxBatch), maxExpiresMs };
  }
  return { ...ended, kind: kindOf(code, text) };
}

function kindOf(code: number, text: string): EndKind {
  switch (code) {
    case 404:
    case 408:
      return 'ended';
    case 409:
      return CONFLICTS.get(text) ?? 'odd';
    case 423:
      return 'unpinned';
    case 503:
      return 'gone';
    // bad request, required API level
    case 400:
    case 412:
      return 'refused';
    default:
      return 'odd';
  }
}

// a map, as an inherited name such as "constructor" would be found in an object
const CONFLICTS = new Map<string, EndKind>([
  ['batch completed', 'ended'],
  ['message size exceeds maxbytes', 'ended'],
  ['leadership change', 'moved'],
  ['server shutdown', 'moved'],
  ['consumer deleted', 'gone'],
  ['stream deleted', 'gone'],
  ['consumer is push based', 'refused'],
]);

const UNITS_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  µs: 1e-3,
  us: 1e-3,
  ns: 1e-6,
};

/** Reads a duration as Go prints it, `1m0.5s`, in whole milliseconds. */
export function readGoDuration(text: string): number | undefined {
  const part = /(\d+(?:\.\d+)?)(h|ms|m|s|µs|us|ns)/y;
  let ms = 0;
  while (part.lastIndex < text.length) {
    const [, value, unit] = part.exec(text) ?? [];
    if (unit === undefined) return undefined;
    ms += Number(value) * UNITS_MS[unit]!;
  }
  return text === '' ? undefined : Math.floor(ms);
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
