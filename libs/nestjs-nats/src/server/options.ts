import type { Codec } from '../codec/codec.js';
import { codecOf, type CodecOption } from '../codec/registry.js';
import { type ConnectionChoice, connectionOf } from '../connection/connection-of.js';
import type { SharedConnection } from '../connection/shared-connection.js';
import { replyPrefixesFaults } from '../core/reply-policy.js';
import { MAX_TIMER_MS, named, wholeNumberFault } from '../errors/option-faults.js';
import { interceptorsFault } from '../interceptor/compose.js';
import type { NatsInterceptor } from '../interceptor/interceptor.js';
import { formatFaults } from '../message/format-faults.js';
import { MAX_HEADER_BYTES, MAX_HEADER_LINES } from '../message/header-limits.js';
import type { PacketDeserializer, PacketSerializer } from '../message/nest-serializer.js';
import { serviceFaults, type ServiceOptions } from '../micro/service-options.js';
import { queueFault } from '../subject/filter.js';
import {
  type JetStreamSettings,
  jetStreamSettingsFaults,
  resolveJetStreamSettings,
  type StrategyJetStreamSettings,
} from './consume/jetstream-settings.js';

/** Options of a strategy that are not about its connection. */
export interface StrategySettings extends StrategyJetStreamSettings {
  /**
   * The queue group of handlers that name none. Each message goes to one member of a group;
   * without a group, and with `''`, every subscriber gets it. Default: no group.
   */
  queue?: string;
  /**
   * Reads payloads without a `Content-Type`, and writes answers. Default `'json'`, and the only one
   * with `envelope: 'nest'`; with `'both'` it is for what has no envelope.
   */
  codec?: CodecOption;
  /** Stand around the handling of every message, the first outermost. Default none. */
  interceptors?: readonly NatsInterceptor[];
  /**
   * Inbox prefixes besides `_INBOX` and the connection's own that may be answered, without the
   * trailing dot: those of callers that set a prefix of their own. Default none.
   */
  replyPrefixes?: readonly string[];
  /**
   * How large a payload may be that handlers get, in bytes; a larger request is answered
   * `PAYLOAD_TOO_LARGE`, a larger event dropped, a larger message of a stream a dead letter.
   * Default what the server lets through (`max_payload`), minimum 1.
   */
  maxPayloadBytes?: number;
  /**
   * How many bytes the headers of a message may have that handlers get, as they are on the wire; a request
   * with more is answered `BAD_REQUEST`, an event dropped, a message of a stream a dead letter. Default and
   * maximum 65,536, minimum 1.
   */
  maxHeaderBytes?: number;
  /**
   * How many lines these headers may have, the first one, `NATS/1.0`, included. Default and maximum 256, as
   * the NATS client takes a time that grows with the square of it; minimum 1.
   */
  maxHeaderLines?: number;
  /**
   * The form of payloads: `'plain'`, as they are; `'nest'`, in the JSON envelope of Nest's built-in
   * NATS transport; `'both'`, recognised message by message, for a rolling migration. A request is
   * answered in the form in which it came. Default `'plain'`.
   */
  envelope?: 'plain' | 'nest' | 'both';
  /** Writes answers instead of `codec` and `envelope`, in Nest's manner. */
  serializer?: PacketSerializer;
  /** Reads messages instead of `codec` and `envelope`, in Nest's manner. */
  deserializer?: PacketDeserializer;
  /**
   * How long `close()` waits for handlers under way, in milliseconds. Default 10,000, minimum 0.
   * What still runs then is told by its context's signal, and left.
   */
  shutdownTimeoutMs?: number;
  /**
   * Makes the strategy a service of NATS micro: tools and `NatsDiscovery` find it, its request
   * handlers as endpoints, and how they fare. Default none: nothing answers, nothing is counted.
   */
  service?: ServiceOptions;
}

/** Options of a strategy: a connection of its own, or one shared with others. */
export type NatsStrategyOptions = StrategySettings & ConnectionChoice;

/** Is what {@link NatsStrategyOptions} come to. */
export interface ResolvedStrategyOptions {
  readonly connection: SharedConnection;
  readonly queue: string;
  readonly codec: Codec;
  readonly interceptors: readonly NatsInterceptor[];
  readonly replyPrefixes: readonly string[];
  /** Infinite unless set. */
  readonly maxPayloadBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxHeaderLines: number;
  readonly envelope: 'plain' | 'nest' | 'both';
  readonly serializer: PacketSerializer | undefined;
  readonly deserializer: PacketDeserializer | undefined;
  readonly shutdownTimeoutMs: number;
  readonly service: ServiceOptions | undefined;
  readonly jetstream: JetStreamSettings;
}

/** Says what is wrong with a strategy's settings. */
export function strategyFaults(settings: StrategySettings): string[] {
  const { queue = '', replyPrefixes = [], interceptors = [], service } = settings;
  const { shutdownTimeoutMs = 0, maxPayloadBytes = Infinity } = settings;
  const { maxHeaderBytes = MAX_HEADER_BYTES, maxHeaderLines = MAX_HEADER_LINES } = settings;
  return [
    ...named('queue', queue === '' ? undefined : queueFault(queue)),
    ...formatFaults(settings, ['plain', 'nest', 'both']),
    ...replyPrefixesFaults(replyPrefixes),
    ...named('interceptors', interceptorsFault(interceptors)),
    ...named('maxPayloadBytes', bytesFault(maxPayloadBytes)),
    ...named('maxHeaderBytes', wholeNumberFault(maxHeaderBytes, 1, MAX_HEADER_BYTES)),
    ...named('maxHeaderLines', wholeNumberFault(maxHeaderLines, 1, MAX_HEADER_LINES)),
    ...named('shutdownTimeoutMs', wholeNumberFault(shutdownTimeoutMs, 0, MAX_TIMER_MS)),
    ...serviceFaults(service),
    ...jetStreamSettingsFaults(settings),
  ];
}

/** @throws NatsTransportError `INVALID_OPTIONS` that names every fault at once */
export function resolveStrategyOptions(options: NatsStrategyOptions): ResolvedStrategyOptions {
  const {
    queue = '',
    codec = 'json',
    interceptors = [],
    replyPrefixes = [],
    maxPayloadBytes = Infinity,
    maxHeaderBytes = MAX_HEADER_BYTES,
    maxHeaderLines = MAX_HEADER_LINES,
    envelope = 'plain',
    serializer,
    deserializer,
    shutdownTimeoutMs = 10_000,
    service,
    streams,
    provision,
    jetstream,
    deadLetters,
    attemptLog,
    givenUpBy,
    ...rest
  } = options;
  const ofJetStream = { streams, provision, jetstream, deadLetters, attemptLog, givenUpBy };
  const settings = {
    queue,
    interceptors,
    replyPrefixes,
    maxPayloadBytes,
    maxHeaderBytes,
    maxHeaderLines,
    envelope,
    serializer,
    deserializer,
    shutdownTimeoutMs,
    service,
  };
  const faults = strategyFaults({ ...settings, ...ofJetStream, codec });
  return {
    ...settings,
    serializer,
    deserializer,
    codec: codecOf(codec),
    connection: connectionOf(rest, faults, 'NatsStrategy'),
    // checked by now
    service: service && structuredClone(service),
    jetstream: resolveJetStreamSettings(ofJetStream),
  };
}

function bytesFault(bytes: number): string | undefined {
  return bytes === Infinity ? undefined : wholeNumberFault(bytes, 1);
}
