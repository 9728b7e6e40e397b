import type { Codec } from '../codec/codec.js';
import { codecFault, codecOf, type CodecOption } from '../codec/registry.js';
import { type NatsConnectionOptions, throwFaults } from '../connection/options.js';
import { SharedConnection } from '../connection/shared-connection.js';

/** Options of a client that are not about its connection. */
export interface ClientSettings {
  /** Writes payloads, and reads answers without a `Content-Type`. Default `'json'`. */
  codec?: CodecOption;
  /**
   * How long a request waits for an answer, in milliseconds, unless the call says otherwise; for a
   * streamed answer, how long for each next value. Default 5000, minimum 1.
   */
  timeoutMs?: number;
}

/** Options of a client: a connection of its own, or one shared with others. */
export type NatsClientOptions = ClientSettings &
  (NatsConnectionOptions | { connection: SharedConnection });

/** Is what {@link NatsClientOptions} come to. */
export interface ResolvedClientOptions {
  readonly connection: SharedConnection;
  readonly codec: Codec;
  readonly timeoutMs: number;
}

/** Options of one {@link NatsClient.publish}. */
export interface PublishOptions {
  /**
   * `'flush'` waits until the server has processed the message, and so learns of a refused subject
   * or a broken connection. Default: resolve as soon as the message is handed to a live connection.
   */
  confirm?: 'flush';
  /** How long to wait for the confirmation, in milliseconds. Default: the client's `timeoutMs`. */
  timeoutMs?: number;
}

/** Options of one {@link NatsClient.request}. */
export interface RequestOptions {
  /** How long to wait for the answer, in milliseconds. Default: the client's `timeoutMs`. */
  timeoutMs?: number;
  /** Ends the wait; the promise then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Says what is wrong with a client's settings. */
export function clientFaults({ codec, timeoutMs }: ClientSettings): string[] {
  const faults: string[] = [];
  const codecProblem = codec === undefined ? undefined : codecFault(codec);
  if (codecProblem !== undefined) faults.push(`codec: ${codecProblem}`);
  if (timeoutMs !== undefined && !isTimeout(timeoutMs))
    faults.push(`timeoutMs: ${EXPECTED_TIMEOUT}`);
  return faults;
}

/** @throws NatsTransportError `INVALID_OPTIONS` that names every fault at once */
export function resolveClientOptions(options: NatsClientOptions): ResolvedClientOptions {
  const { codec = 'json', timeoutMs = 5_000, ...rest } = options;
  const faults = clientFaults({ codec, timeoutMs });
  return {
    connection: SharedConnection.from(rest, faults, 'NatsClient'),
    codec: codecOf(codec),
    timeoutMs,
  };
}

/** Gives the timeout of one call. @throws NatsTransportError `INVALID_OPTIONS` */
export function callTimeout(timeoutMs: number | undefined, fallbackMs: number): number {
  if (timeoutMs === undefined) return fallbackMs;
  if (!isTimeout(timeoutMs))
    throwFaults([`timeoutMs: ${EXPECTED_TIMEOUT}`], 'the options of the call');
  return timeoutMs;
}

// a longer timer would fire at once
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const EXPECTED_TIMEOUT = `expected a number of milliseconds from 1 to ${MAX_TIMEOUT_MS}`;

function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= MAX_TIMEOUT_MS;
}
