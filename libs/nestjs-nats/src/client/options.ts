import type { Codec } from '../codec/codec.js';
import { codecOf, type CodecOption } from '../codec/registry.js';
import { type ConnectionChoice, connectionOf } from '../connection/connection-of.js';
import type { SharedConnection } from '../connection/shared-connection.js';
import { replyPrefixesFaults } from '../core/reply-policy.js';
import {
  choiceFault,
  MAX_TIMER_MS,
  named,
  throwFaults,
  unknownOptionFaults,
  wholeNumberFault,
} from '../errors/option-faults.js';
import { isNatsTransportError } from '../errors/transport-error.js';
import { interceptorsFault } from '../interceptor/compose.js';
import type { NatsInterceptor } from '../interceptor/interceptor.js';
import {
  jetStreamFaults,
  type JetStreamOptions,
  type ResolvedJetStreamOptions,
  resolveJetStreamOptions,
} from '../jetstream/api/js-options.js';
import {
  type PublishRetry,
  publishRetryFaults,
  type PublishRetryOptions,
  resolvePublishRetry,
} from '../jetstream/publish/publish-retry.js';
import type { Provision, StreamDeclaration } from '../jetstream/stream/stream-declaration.js';
import { streamFaults } from '../jetstream/stream/stream-faults.js';
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
   * sent, and a message to a stream until it is acknowledged, sending it again included.
   * Default 5000, minimum 1.
   */
  timeoutMs?: number;
  /** Go with every message, unless the message has headers of the same names. Default none. */
  headers?: HeadersInput;
  /**
   * Inbox prefixes besides `_INBOX` and the connection's own, without the trailing dot: those of
   * responders that set a prefix of their own. Only below these a responder is told that the rest of
   * its streamed answer is not wanted. Default none.
   */
  replyPrefixes?: readonly string[];
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
  /**
   * The streams of JetStream that events may belong to: what is published on a subject of one is
   * acknowledged by it, and `publish()` and `emit()` give the acknowledgement. A stream with `no_ack`
   * acknowledges nothing. Default none: events are core NATS.
   */
  streams?: readonly StreamDeclaration[];
  /** What may be done to `streams`, before the first message to one of them. Default `'create'`. */
  provision?: Provision;
  /** How JetStream is reached. */
  jetstream?: JetStreamOptions;
  /** How messages to streams are sent again. */
  publishRetry?: PublishRetryOptions;
  /**
   * When an event has been published: `'none'`, when it is handed to a live connection; `'flush'`, when
   * the server has processed it. Default `'none'`. An event of a stream is acknowledged by that.
   */
  confirm?: 'flush' | 'none';
  /**
   * What becomes of messages while the connection is down: `'refuse'`, `NOT_CONNECTED` at once; or, with
   * `bufferBytes`, they are held back until it stands again, so many bytes of them and each as long as its
   * timeout, and go in their order. More is refused with `BUFFER_FULL`. Default `'refuse'`.
   */
  whileDisconnected?: WhileDisconnected;
  /**
   * How long `close()` waits for answers to requests under way, in milliseconds; streamed answers have to
   * end in it. Default 10,000, minimum 0. What is not answered then fails with `CONNECTION_LOST`.
   */
  shutdownTimeoutMs?: number;
}

/** What becomes of a client's messages while the connection is down. */
export type WhileDisconnected = 'refuse' | { bufferBytes: number };

/** Options of a client: a connection of its own, or one shared with others. */
export type NatsClientOptions = ClientSettings & ConnectionChoice;

/** Is what {@link NatsClientOptions} come to. */
export interface ResolvedClientOptions {
  readonly connection: SharedConnection;
  readonly codec: Codec;
  readonly timeoutMs: number;
  readonly headers: HeadersInput | undefined;
  readonly replyPrefixes: readonly string[];
  readonly interceptors: readonly NatsInterceptor[];
  readonly envelope: Envelope;
  readonly serializer: PacketSerializer | undefined;
  readonly deserializer: PacketDeserializer | undefined;
  readonly streams: readonly StreamDeclaration[];
  readonly provision: Provision;
  readonly jetstream: ResolvedJetStreamOptions;
  readonly publishRetry: PublishRetry;
  readonly confirm: 'flush' | 'none';
  /** How many bytes are held back while the connection is down. */
  readonly bufferBytes: number;
  readonly shutdownTimeoutMs: number;
}

/** Says what is wrong with a client's settings. */
export function clientFaults(settings: ClientSettings): string[] {
  const { timeoutMs, headers, replyPrefixes = [], interceptors = [] } = settings;
  const { streams = [], provision = 'create', jetstream, publishRetry } = settings;
  const { confirm = 'none', whileDisconnected = 'refuse', shutdownTimeoutMs = 0 } = settings;
  const timeoutFault =
    timeoutMs === undefined || isTimeout(timeoutMs) ? undefined : EXPECTED_TIMEOUT;
  return [
    ...formatFaults(settings, ['plain', 'nest']),
    ...named('timeoutMs', timeoutFault),
    ...named('headers', headersFault(headers)),
    ...replyPrefixesFaults(replyPrefixes),
    ...named('interceptors', interceptorsFault(interceptors)),
    ...streamFaults(streams),
    ...named('provision', choiceFault(provision, ['create', 'update', 'verify', 'off'])),
    ...jetStreamFaults(jetstream),
    ...publishRetryFaults(publishRetry),
    ...named('confirm', choiceFault(confirm, ['flush', 'none'])),
    ...named('whileDisconnected', whileDisconnectedFault(whileDisconnected)),
    ...named('shutdownTimeoutMs', wholeNumberFault(shutdownTimeoutMs, 0, MAX_TIMER_MS)),
  ];
}

/** @throws NatsTransportError `INVALID_OPTIONS` that names every fault at once */
export function resolveClientOptions(options: NatsClientOptions): ResolvedClientOptions {
  const {
    codec = 'json',
    timeoutMs = 5_000,
    headers,
    replyPrefixes = [],
    interceptors = [],
    envelope = 'plain',
    serializer,
    deserializer,
    streams = [],
    provision = 'create',
    jetstream,
    publishRetry,
    confirm = 'none',
    whileDisconnected = 'refuse',
    shutdownTimeoutMs = 10_000,
    ...rest
  } = options;
  const base = {
    timeoutMs,
    headers,
    replyPrefixes,
    interceptors,
    envelope,
    serializer,
    deserializer,
  };
  const settings = { ...base, streams, provision, confirm, shutdownTimeoutMs };
  const ofClient = { codec, jetstream, publishRetry, whileDisconnected };
  const faults = clientFaults({ ...settings, ...ofClient });
  return {
    ...settings,
    codec: codecOf(codec),
    connection: connectionOf(rest, faults, 'NatsClient'),
    jetstream: resolveJetStreamOptions(jetstream),
    publishRetry: resolvePublishRetry(publishRetry),
    bufferBytes: whileDisconnected === 'refuse' ? 0 : whileDisconnected.bufferBytes,
  };
}

/** Gives the timeout of one call. @throws NatsTransportError `INVALID_OPTIONS` */
export function callTimeout(timeoutMs: number | undefined, fallbackMs: number): number {
  if (timeoutMs === undefined) return fallbackMs;
  if (!isTimeout(timeoutMs))
    throwFaults([`timeoutMs: ${EXPECTED_TIMEOUT}`], 'the options of the call');
  return timeoutMs;
}

function whileDisconnectedFault(value: unknown): string | undefined {
  if (value === 'refuse') return undefined;
  if (typeof value !== 'object' || value === null || !('bufferBytes' in value))
    return "expected 'refuse' or { bufferBytes }";
  const [unknown] = unknownOptionFaults(value, ['bufferBytes']);
  return unknown ?? named('bufferBytes', wholeNumberFault(value.bufferBytes, 1))[0];
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
