import { headers as newHeaders, type MsgHdrs } from '@nats-io/transport-node';
import type { Codec } from '../codec/codec.js';
import { codecOf, type CodecOption } from '../codec/registry.js';
import { remainder, within } from '../connection/within.js';
import { named, throwFaults } from '../errors/option-faults.js';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { codecFaultIn } from '../message/format-faults.js';
import { addHeaders, toHeaders } from '../message/headers.js';
import { setStreamHeaders } from '../jetstream/publish/publish-headers.js';
import { type StreamTarget, StreamTargets } from '../jetstream/publish/stream-target.js';
import { type MessageOptions, type RecordOptions, unwrapRecord } from '../message/record.js';
import type { EncodedMessage, MaybePromise } from '../message/payload.js';
import { setRequestTimeout } from '../message/request-timeout.js';
import { streamOptionsIn } from '../message/stream-options.js';
import { assertSubject } from '../subject/subject.js';
import { callTimeout, type ResolvedClientOptions } from './options.js';
import {
  NestRequestFormat,
  type OutgoingPacket,
  PlainRequestFormat,
  type RequestFormat,
  SerializerRequestFormat,
} from './request-format.js';

/** A message ready to be sent. */
export interface PreparedMessage {
  readonly subject: string;
  readonly data: unknown;
  readonly payload: Uint8Array;
  readonly headers: MsgHdrs | undefined;
  readonly timeoutMs: number;
  /** What is left of {@link timeoutMs} after serializing and connecting. Default: all. */
  readonly remainingMs?: number;
  /** Reads the answers, if any are expected. */
  readonly format: RequestFormat;
  /** How it goes to a stream; nothing for a request and for an event of core NATS. */
  readonly target: StreamTarget | undefined;
}

/** Makes messages of what callers give: payload, headers and timeout, by the client's options. */
export class OutgoingMessages {
  private readonly format: RequestFormat;
  private readonly defaults: MsgHdrs | undefined;
  private readonly targets: StreamTargets;

  constructor(private readonly settings: ResolvedClientOptions) {
    this.format = this.formatOf(settings.codec);
    this.defaults = toHeaders(settings.headers);
    this.targets = new StreamTargets(settings.streams, settings.publishRetry);
  }

  /**
   * Prepares a message. A serializer that is asynchronous has the message's time, until `signal`
   * aborts.
   *
   * @throws NatsTransportError `INVALID_SUBJECT`, `INVALID_OPTIONS`, `INVALID_HEADER`,
   * `ENCODE_FAILED`, `TIMEOUT`
   */
  prepare(
    packet: OutgoingPacket,
    given: RecordOptions,
    signal?: AbortSignal,
  ): MaybePromise<PreparedMessage> {
    const { subject } = packet;
    assertSubject(subject);
    const { data, options } = unwrapRecord(packet.data);
    // most data is no record: nothing is copied then
    const isRecord = data !== packet.data;
    const merged = isRecord ? { ...options, ...given } : given;
    const target = this.target(packet, merged);
    const timeoutMs = callTimeout(merged.timeoutMs, this.settings.timeoutMs);
    const format =
      merged.codec === undefined ? this.format : this.formatOf(this.checkedCodec(merged.codec));
    const finish = (encoded: EncodedMessage): PreparedMessage => ({
      subject,
      data,
      payload: encoded.payload,
      headers: this.headers(encoded.headers, packet, merged, target),
      timeoutMs,
      format,
      target,
    });
    const encoded = format.write(isRecord ? { ...packet, data } : packet);
    if (!(encoded instanceof Promise)) return finish(encoded);
    const start = performance.now();
    return within(encoded, timeoutMs, () => unwritten(subject, timeoutMs), signal).then(
      (encoded) => ({ ...finish(encoded), remainingMs: remainder(timeoutMs, start) }),
    );
  }

  private target(
    { kind, subject }: OutgoingPacket,
    options: RecordOptions,
  ): StreamTarget | undefined {
    if (kind === 'event') return this.targets.find(subject, options);
    const misplaced = streamOptionsIn(options).map((name) => `${name}: a request is not stored`);
    throwFaults(misplaced, 'the options of the request');
    return undefined;
  }

  /** Gives the call's headers, then what is missing of the packet's metadata and the defaults. */
  private headers(
    own: MsgHdrs | undefined,
    { kind, subject, metadata }: OutgoingPacket,
    { headers, timeoutMs }: MessageOptions,
    target: StreamTarget | undefined,
  ): MsgHdrs | undefined {
    const tellTimeout = kind === 'request' && timeoutMs !== undefined;
    const needed =
      tellTimeout ||
      headers !== undefined ||
      metadata !== undefined ||
      target?.options !== undefined ||
      this.defaults !== undefined;
    if (!needed) return own;
    const result = own ?? newHeaders();
    if (headers !== undefined) addHeaders(result, headers);
    if (metadata !== undefined) addMissing(result, toHeaders(metadata)!);
    if (this.defaults !== undefined) addMissing(result, this.defaults);
    // only a caller that has named a timeout tells it: a header costs more than a small payload
    if (tellTimeout) setRequestTimeout(result, timeoutMs);
    if (target?.options !== undefined) {
      const { options, schedule } = target;
      setStreamHeaders(result, options, schedule && { schedule, target: subject });
    }
    return result;
  }

  private checkedCodec(option: CodecOption): Codec {
    throwFaults(
      named('codec', codecFaultIn(this.settings.envelope, option)),
      'the options of the call',
    );
    return codecOf(option);
  }

  private formatOf(codec: Codec): RequestFormat {
    const { envelope, serializer, deserializer } = this.settings;
    const base = envelope === 'nest' ? new NestRequestFormat() : new PlainRequestFormat(codec);
    if (serializer === undefined && deserializer === undefined) return base;
    return new SerializerRequestFormat(base, serializer, deserializer);
  }
}

function unwritten(subject: string, timeoutMs: number): NatsTransportError {
  return new NatsTransportError(
    'TIMEOUT',
    `The serializer has not written the message on ${quote(subject)} within ${timeoutMs} ms. Nothing was sent.`,
    { details: { subject, timeoutMs } },
  );
}

function addMissing(target: MsgHdrs, source: MsgHdrs): void {
  for (const [name, values] of source) {
    if (target.has(name)) continue;
    for (const value of values) target.append(name, value);
  }
}
