import type { NodeConnectionOptions } from '@nats-io/transport-node';
import {
  MAX_TIMER_MS,
  throwFaults,
  unknownOptionFaults,
  wholeNumberFault,
} from '../errors/option-faults.js';
import { filterFault } from '../subject/filter.js';
import { parseServerList } from './server-list.js';

/** Settings of the NATS client that pass through under their own names. */
type PassedThrough =
  | 'name'
  | 'user'
  | 'pass'
  | 'token'
  | 'authenticator'
  | 'tls'
  | 'inboxPrefix'
  | 'noEcho'
  | 'noRandomize'
  | 'ignoreClusterUpdates'
  | 'pingInterval'
  | 'maxPingOut'
  | 'reconnectTimeWait'
  | 'reconnectJitter'
  | 'reconnectJitterTLS';

/**
 * Describes a connection to NATS. Credentials may stand in the addresses or beside them.
 *
 * Defaults that differ from those of the NATS client, and why: `pingInterval` 10,000 ms instead of
 * two minutes, so that a server that hangs is noticed in half a minute; `reconnectTimeWait` and
 * `reconnectJitter` 500 ms; reconnecting never ends, also after refused credentials.
 */
export interface NatsConnectionOptions extends Pick<NodeConnectionOptions, PassedThrough> {
  /**
   * The servers to try, as a list or as text with commas: `nats://host:port`, `tls://host:port`
   * (TLS is then required), with `user:password@` or `token@` before the host if wanted.
   * Default `nats://127.0.0.1:4222`.
   */
  servers?: string | readonly string[];
  /** How long one attempt to connect may take, in milliseconds. Default 5000, minimum 1. */
  connectTimeoutMs?: number;
}

/** Is what {@link NatsConnectionOptions} come to: checked, with every default filled in. */
export interface ResolvedConnectionOptions {
  /** The addresses, without secrets: safe to print. */
  readonly servers: readonly string[];
  /** The prefix of reply subjects, `_INBOX` unless set. */
  readonly inboxPrefix: string;
  /** How long one attempt to connect may take, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** What is handed to the NATS client. Holds secrets: never print it. */
  readonly client: NodeConnectionOptions;
}

/** Settings of the NATS client that are not for applications, and why. */
export const OWNED: Readonly<Record<string, string>> = {
  reconnect: 'reconnecting is always on',
  maxReconnectAttempts: 'reconnecting never ends',
  waitOnFirstConnect: 'a failed first connection is reported to the caller',
  ignoreAuthErrorAbort: 'refused credentials are tried again, so that they can be rotated',
  timeout: 'use connectTimeoutMs',
  port: 'use servers',
  debug: 'it prints passwords',
};

const POSITIVE = ['connectTimeoutMs', 'pingInterval', 'maxPingOut'] as const;
const NOT_NEGATIVE = ['reconnectTimeWait', 'reconnectJitter', 'reconnectJitterTLS'] as const;

const CONNECTION_OPTION_NAMES = [
  'servers',
  'name',
  'user',
  'pass',
  'token',
  'authenticator',
  'tls',
  'inboxPrefix',
  'noEcho',
  'noRandomize',
  'ignoreClusterUpdates',
  ...POSITIVE,
  ...NOT_NEGATIVE,
] as const satisfies readonly (keyof NatsConnectionOptions)[];

/**
 * Checks connection options and fills in the defaults.
 *
 * @param faults what is wrong with options around these
 * @throws NatsTransportError `INVALID_OPTIONS` that names every fault at once
 */
export function resolveConnectionOptions(
  options: NatsConnectionOptions,
  faults: string[] = [],
): ResolvedConnectionOptions {
  faults.push(...unknownOptionFaults(options, CONNECTION_OPTION_NAMES, OWNED));
  const list = parseServerList(options.servers ?? 'nats://127.0.0.1:4222', faults);
  checkNumbers(options, faults);
  checkCredentials(options, list.user !== undefined || list.token !== undefined, faults);
  const inboxPrefix = options.inboxPrefix ?? '_INBOX';
  const prefixFault = filterFault(inboxPrefix);
  if (prefixFault !== undefined || /[*>]/.test(inboxPrefix)) {
    faults.push(`inboxPrefix: ${prefixFault ?? 'it has a wildcard'}`);
  }
  throwFaults(faults);
  const { servers: _, connectTimeoutMs = 5_000, ...passed } = options;
  return {
    servers: list.addresses,
    inboxPrefix,
    connectTimeoutMs,
    client: {
      pingInterval: 10_000,
      maxPingOut: 2,
      reconnectTimeWait: 500,
      reconnectJitter: 500,
      ...pick(passed),
      ...(list.token !== undefined && { token: list.token }),
      ...(list.user !== undefined && { user: list.user, pass: list.pass }),
      ...(list.tls && { tls: options.tls ?? {} }),
      servers: [...list.addresses],
      inboxPrefix,
      timeout: connectTimeoutMs,
      maxReconnectAttempts: -1,
      ignoreAuthErrorAbort: true,
      // the client would otherwise make an Error with a stack for every request
      noAsyncTraces: true,
    },
  };
}

function checkNumbers(options: NatsConnectionOptions, faults: string[]): void {
  const check = (names: readonly (keyof NatsConnectionOptions)[], minimum: number): void => {
    for (const name of names) {
      const value: unknown = options[name];
      if (value === undefined) continue;
      const fault = wholeNumberFault(value, minimum, MAX_TIMER_MS);
      if (fault !== undefined) faults.push(`${name}: ${fault}`);
    }
  };
  check(POSITIVE, 1);
  check(NOT_NEGATIVE, 0);
}

function checkCredentials(
  options: NatsConnectionOptions,
  inAddress: boolean,
  faults: string[],
): void {
  const given = [
    inAddress && 'in servers',
    options.user !== undefined && 'user',
    options.token !== undefined && 'token',
    options.authenticator !== undefined && 'authenticator',
  ].filter((place): place is string => place !== false);
  if (given.length > 1)
    faults.push(`credentials stand in several places (${given.join(', ')}); expected one`);
  if (options.pass !== undefined && options.user === undefined)
    faults.push('pass: there is no user');
}

/** Leaves out what is undefined, so that it does not hide a default. */
function pick(
  options: Omit<NatsConnectionOptions, 'servers' | 'connectTimeoutMs'>,
): NodeConnectionOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
