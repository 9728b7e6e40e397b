import type { Codec } from '../codec/codec.js';
import { codecOf, type CodecOption } from '../codec/registry.js';
import { type ConnectionChoice, connectionOf } from '../connection/connection-of.js';
import type { SharedConnection } from '../connection/shared-connection.js';
import { MAX_TIMER_MS, named, throwFaults } from '../errors/option-faults.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import { interceptorsFault } from '../interceptor/compose.js';
import type { NatsInterceptor } from '../interceptor/interceptor.js';
import { formatFaults } from '../message/format-faults.js';
import { type HeadersInput, toHeaders } from '../message/headers.js';
import type { Envelope } from '../message/nest-envelope.js';
import type { PacketDeserializer, PacketSerializer } from '../message/nest-serializer.js';

/** Options of a client that are not about its connection. */
export interface ClientSettings {
  /**
   * Writes payloads, and reads answers without a `Content-Type`. Default `'json'`, and the only one
   * with `envelope: 'nest'`.
   */
  codec?: CodecOption;
  /**
   * How long a request waits for an answer, in milliseconds, unless the call says otherwise; for a
   * streamed answer, how long for each next value. Also how long an event may wait until it can be
   * sent. Default 5000, minimum 1.
   */
  timeoutMs?: number;
  /** Go with every message, unless the message has headers of the same names. Default none. */
  headers?: HeadersInput;
  /** Stand around every event and request, the first outermost. Default none. */
  interceptors?: readonly NatsInterceptor[];
  /**
   * The form of payloads: `'plain'`, as they are, or `'nest'`, in the JSON envelope of Nest's
   * built-in NATS transport, for services that still run on it. Default `'plain'`.
   */
  envelope?: Envelope;
  /** Writes messages instead of `codec` and `envelope`, in Nest's manner. */
  serializer?: PacketSerializer;
  /** Reads answers instead of `codec` and `envelope`, in Nest's manner. */
  deserializer?: PacketDeserializer;
}

/** Options of a client: a connection of its own, or one shared with others. */
export type NatsClientOptions = ClientSettings & ConnectionChoice;

/** Is what {@link NatsClientOptions} come to. */
export interface ResolvedClientOptions {
  readonly connection: SharedConnection;
  readonly codec: Codec;
  readonly timeoutMs: number;
  readonly headers: HeadersInput | undefined;
  readonly interceptors: readonly NatsInterceptor[];
  readonly envelope: Envelope;
  readonly serializer: PacketSerializer | undefined;
  readonly deserializer: PacketDeserializer | undefined;
}

/** Says what is wrong with a client's settings. */
export function clientFaults(settings: ClientSettings): string[] {
  const { timeoutMs, headers, interceptors = [] } = settings;
  const timeoutFault =
    timeoutMs === undefined || isTimeout(timeoutMs) ? undefined : EXPECTED_TIMEOUT;
  return [
    ...formatFaults(settings, ['plain', 'nest']),
    ...named('timeoutMs', timeoutFault),
    ...named('headers', headersFault(headers)),
    ...named('interceptors', interceptorsFault(interceptors)),
  ];
}

/** @throws NatsTransportError `INVALID_OPTIONS` that names every fault at once */
export function resolveClientOptions(options: NatsClientOptions): ResolvedClientOptions {
  const {
    codec = 'json',
    timeoutMs = 5_000,
    headers,
    interceptors = [],
    envelope = 'plain',
    serializer,
    deserializer,
    ...rest
  } = options;
  const settings = { timeoutMs, headers, interceptors, envelope, serializer, deserializer };
  const faults = clientFaults({ ...settings, codec });
  return {
    ...settings,
    codec: codecOf(codec),
    connection: connectionOf(rest, faults, 'NatsClient'),
  };
}

/** Gives the timeout of one call. @throws NatsTransportError `INVALID_OPTIONS` */
export function callTimeout(timeoutMs: number | undefined, fallbackMs: number): number {
  if (timeoutMs === undefined) return fallbackMs;
  if (!isTimeout(timeoutMs))
    throwFaults([`timeoutMs: ${EXPECTED_TIMEOUT}`], 'the options of the call');
  return timeoutMs;
}

const EXPECTED_TIMEOUT = `expected a number of milliseconds from 1 to ${MAX_TIMER_MS}`;

function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= MAX_TIMER_MS;
}

function headersFault(input: HeadersInput | undefined): string | undefined {
  try {
    toHeaders(input);
    return undefined;
  } catch (error) {
    return isNatsTransportError(error) ? error.message : 'expected an object or a Map';
  }
}
