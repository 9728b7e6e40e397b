import type { NodeConnectionOptions } from '@nats-io/transport-node';
import {
  choiceFault,
  MAX_TIMER_MS,
  named,
  throwFaults,
  unknownOptionFaults,
  wholeNumberFault,
} from '../errors/option-faults.js';
import { filterFault } from '../subject/filter.js';
import { MAX_SUBJECT_BYTES } from '../subject/subject.js';
import {
  CREDENTIAL_OPTION_NAMES,
  credentialFaults,
  type CredentialOptions,
} from './credential-options.js';
import { parseServerList } from './server-list.js';
import { type NatsTlsOptions, tlsFaults, unprintable } from './tls-options.js';

/** Settings of the NATS client that pass through under their own names. */
type PassedThrough =
  | 'name'
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
export interface NatsConnectionOptions
  extends Pick<NodeConnectionOptions, PassedThrough>, CredentialOptions {
  /**
   * The servers to try, as a list or as text with commas: `nats://host:port`, `tls://host:port`
   * (TLS is then required), with `user:password@` or `token@` before the host if wanted.
   * Default `nats://127.0.0.1:4222`.
   */
  servers?: string | readonly string[];
  /**
   * Makes TLS required, and says how. `null`: no TLS, not even if the server offers it. Default: required
   * by `tls://` in `servers`, otherwise if the server has it.
   */
  tls?: NatsTlsOptions | null;
  /** How long one attempt to connect may take, in milliseconds. Default 5000, minimum 1. */
  connectTimeoutMs?: number;
  /**
   * What becomes of a first connection that cannot be made. `'fail'`: `listen()` and `connect()` reject.
   * `'wait'`: it is dialled until a server is there; `listen()` resolves all the same and handlers are bound
   * when it is, `connect()` resolves then. Default `'fail'`.
   */
  onConnectFailure?: 'fail' | 'wait';
  /**
   * How many requests of all clients on this connection may wait for an answer at a time; one more is
   * `UNAVAILABLE`. Default 65,536, minimum 1.
   */
  maxPendingRequests?: number;
  /**
   * How many bytes may have been sent that the server has not taken yet. From a quarter of it on,
   * `publish()` waits for the server; beyond it everything is refused with `BUFFER_FULL`, so that a server
   * that is stuck does not fill the memory. Default 16 MiB, minimum 64 KiB.
   */
  maxBufferedBytes?: number;
  /**
   * How long a subject may be that is sent to, in bytes of UTF-8; a longer one is `INVALID_SUBJECT`. Default
   * and maximum 2048, half of what a line of the protocol may have (`max_control_line`); minimum 256, as
   * acknowledgements and answers need as much.
   */
  maxSubjectBytes?: number;
}

/** Is what {@link NatsConnectionOptions} come to: checked, with every default filled in. */
export interface ResolvedConnectionOptions {
  /** The addresses, without secrets: safe to print. */
  readonly servers: readonly string[];
  /** The prefix of reply subjects, `_INBOX` unless set. */
  readonly inboxPrefix: string;
  /** How long one attempt to connect may take, in milliseconds. */
  readonly connectTimeoutMs: number;
  readonly onConnectFailure: 'fail' | 'wait';
  /** How many requests may wait for an answer. */
  readonly maxPendingRequests: number;
  readonly maxBufferedBytes: number;
  readonly maxSubjectBytes: number;
  /** What is handed to the NATS client, without credentials. */
  readonly client: NodeConnectionOptions;
}

/** Settings of the NATS client that are not for applications, and why. */
export const OWNED: Readonly<Record<string, string>> = {
  reconnect: 'reconnecting is always on',
  maxReconnectAttempts: 'reconnecting never ends',
  waitOnFirstConnect: 'use onConnectFailure',
  ignoreAuthErrorAbort: 'refused credentials are tried again, so that they can be rotated',
  timeout: 'use connectTimeoutMs',
  port: 'use servers',
  debug: 'it prints passwords',
};

const DEFAULT_BUFFERED_BYTES = 16 * 1024 * 1024;
const LEAST_BUFFERED_BYTES = 64 * 1024;
const LEAST_SUBJECT_BYTES = 256;

const POSITIVE = ['connectTimeoutMs', 'maxPendingRequests', 'pingInterval', 'maxPingOut'] as const;
const NOT_NEGATIVE = ['reconnectTimeWait', 'reconnectJitter', 'reconnectJitterTLS'] as const;

const PASSED_THROUGH = [
  'name',
  'noEcho',
  'noRandomize',
  'ignoreClusterUpdates',
  'pingInterval',
  'maxPingOut',
  ...NOT_NEGATIVE,
] as const satisfies readonly PassedThrough[];

const CONNECTION_OPTION_NAMES = [
  ...PASSED_THROUGH,
  ...CREDENTIAL_OPTION_NAMES,
  'servers',
  'tls',
  'inboxPrefix',
  'connectTimeoutMs',
  'maxPendingRequests',
  'onConnectFailure',
  'maxBufferedBytes',
  'maxSubjectBytes',
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
  const inAddress = list.user !== undefined || list.token !== undefined;
  faults.push(...credentialFaults(options, inAddress), ...tlsFaults(options.tls, list.tls));
  if (options.onConnectFailure !== undefined)
    faults.push(
      ...named('onConnectFailure', choiceFault(options.onConnectFailure, ['fail', 'wait'])),
    );
  const inboxPrefix = options.inboxPrefix ?? '_INBOX';
  const prefixFault = filterFault(inboxPrefix);
  if (prefixFault !== undefined || /[*>]/.test(inboxPrefix)) {
    faults.push(`inboxPrefix: ${prefixFault ?? 'it has a wildcard'}`);
  }
  throwFaults(faults);
  const { connectTimeoutMs = 5_000, onConnectFailure = 'fail' } = options;
  const { maxPendingRequests = 65_536 } = options;
  const { maxBufferedBytes = DEFAULT_BUFFERED_BYTES, maxSubjectBytes = MAX_SUBJECT_BYTES } =
    options;
  const tls = options.tls ?? (list.tls ? {} : options.tls);
  return {
    servers: list.addresses,
    inboxPrefix,
    connectTimeoutMs,
    onConnectFailure,
    maxPendingRequests,
    maxBufferedBytes,
    maxSubjectBytes,
    client: {
      pingInterval: 10_000,
      maxPingOut: 2,
      reconnectTimeWait: 500,
      reconnectJitter: 500,
      ...passedThrough(options),
      ...(tls !== undefined && { tls: tls === null ? null : unprintable(tls) }),
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

/** Gives the credentials of checked options, those of the addresses too. */
export function credentialsIn(options: NatsConnectionOptions): CredentialOptions {
  const { user, pass, token } = parseServerList(options.servers ?? [], []);
  const inAddress = { user, pass, token };
  return user === undefined && token === undefined ? options : inAddress;
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
  const { maxBufferedBytes = DEFAULT_BUFFERED_BYTES, maxSubjectBytes = MAX_SUBJECT_BYTES } =
    options;
  const bufferFault = wholeNumberFault(maxBufferedBytes, LEAST_BUFFERED_BYTES);
  const subjectFault = wholeNumberFault(maxSubjectBytes, LEAST_SUBJECT_BYTES, MAX_SUBJECT_BYTES);
  faults.push(...named('maxBufferedBytes', bufferFault), ...named('maxSubjectBytes', subjectFault));
}

/** Leaves out what is undefined, so that it does not hide a default. */
function passedThrough(options: NatsConnectionOptions): NodeConnectionOptions {
  const known: readonly string[] = PASSED_THROUGH;
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => known.includes(name) && value !== undefined),
  );
}
