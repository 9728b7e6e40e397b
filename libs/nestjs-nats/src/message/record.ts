import {
  NatsRecord as NestRecord,
  NatsRecordBuilder as NestRecordBuilder,
} from '@nestjs/microservices';
import type { MsgHdrs } from '@nats-io/transport-node';
import type { CodecOption } from '../codec/registry.js';
import { type HeadersInput, toHeaders } from './headers.js';
import { NO_OPTIONS, type StreamOptions } from './stream-options.js';

/** What a call can say of one message, besides its payload. */
export interface MessageOptions {
  /** Headers beside the client's own; several values of a name are all sent. */
  headers?: HeadersInput;
  /**
   * How long the call may take, in milliseconds, until a request has its answer, or an event is
   * handed over, or confirmed if that is wanted. Connecting takes of it, and so does a serializer or
   * deserializer that is asynchronous. Default: the client's `timeoutMs`.
   */
  timeoutMs?: number;
  /**
   * Writes this payload, and reads its answer, instead of the client's codec. Not for a client with
   * `envelope: 'nest'`, which is always JSON.
   */
  codec?: CodecOption;
}

/** What a record can say of its payload; what concerns streams is for events alone. */
export interface RecordOptions extends MessageOptions, StreamOptions {}

/** A payload with what goes with it, made by a {@link NatsRecordBuilder}. */
export class NatsRecord<TData = unknown> extends NestRecord<TData, MsgHdrs | undefined> {
  constructor(
    data: TData,
    readonly options: RecordOptions,
  ) {
    // as headers of the NATS client, so that Nest's own ClientNats can send the record too
    super(data, toHeaders(options.headers));
  }
}

/**
 * Builds a record for `emit()` and `send()`, in the manner of Nest's own builder, which it extends:
 *
 * ```ts
 * client.send('price.quote', new NatsRecordBuilder(query).header('tenant', 'acme').timeout(500).build());
 * ```
 */
export class NatsRecordBuilder<TData = unknown> extends NestRecordBuilder<TData> {
  private payload: TData;
  private entries: (readonly [name: string, value: string | readonly string[]])[] = [];
  private readonly options: Omit<RecordOptions, 'headers'> = {};

  constructor(data?: TData) {
    super(data);
    this.payload = data as TData;
  }

  override setData(data: TData): this {
    this.payload = data;
    return this;
  }

  /** Replaces all headers. */
  override setHeaders<THeaders = HeadersInput>(headers: THeaders): this {
    const input = (headers ?? []) as HeadersInput;
    this.entries = [...(Symbol.iterator in input ? input : Object.entries(input))];
    return this;
  }

  /** Adds a value to a header; a name may have several. */
  header(name: string, value: string): this {
    this.entries.push([name, value]);
    return this;
  }

  /** Sets how long the answer may take, in milliseconds, instead of the client's `timeoutMs`. */
  timeout(ms: number): this {
    this.options.timeoutMs = ms;
    return this;
  }

  /** Sets the codec of this message and its answer. */
  codec(option: CodecOption): this {
    this.options.codec = option;
    return this;
  }

  /** Names the stream that stores the message, see {@link StreamOptions.stream}. */
  stream(name: string): this {
    this.options.stream = name;
    return this;
  }

  /** Waits for no acknowledgement of a stream, see {@link StreamOptions.delivery}. */
  delivery(delivery: 'at-most-once'): this {
    this.options.delivery = delivery;
    return this;
  }

  /** Sets the id by which a stream knows a second copy, see {@link StreamOptions.msgId}. */
  msgId(id: string): this {
    this.options.msgId = id;
    return this;
  }

  /** Expects the sequence of the stream's last message; 0 for an empty stream. */
  expectLastSequence(sequence: number): this {
    this.options.expectLastSequence = sequence;
    return this;
  }

  /** Expects the sequence of the last message on the subject; 0 for none. */
  expectLastSubjectSequence(sequence: number): this {
    this.options.expectLastSubjectSequence = sequence;
    return this;
  }

  /** Expects the id of the stream's last message. */
  expectLastMsgId(id: string): this {
    this.options.expectLastMsgId = id;
    return this;
  }

  /** Sets after how many milliseconds a stream drops the message, see {@link StreamOptions.ttlMs}. */
  ttl(ms: number | 'never'): this {
    this.options.ttlMs = ms;
    return this;
  }

  /** Has a stream deliver the message so many milliseconds later, see {@link StreamOptions.delayMs}. */
  delay(ms: number): this {
    this.options.delayMs = ms;
    return this;
  }

  /** Has a stream deliver the message at a time, see {@link StreamOptions.at}. */
  at(date: Date): this {
    this.options.at = date;
    return this;
  }

  /** Names a delayed message, so that another can replace it, see {@link StreamOptions.scheduleId}. */
  scheduleId(id: string): this {
    this.options.scheduleId = id;
    return this;
  }

  /** @throws NatsTransportError `INVALID_HEADER` */
  override build(): NatsRecord<TData> {
    return new NatsRecord(this.payload, {
      ...(this.entries.length > 0 && { headers: [...this.entries] }),
      ...this.options,
    });
  }
}

/** Takes a payload apart from the options of a record around it, ours or Nest's own. */
export function unwrapRecord(data: unknown): { data: unknown; options: RecordOptions } {
  if (data instanceof NatsRecord) return { data: data.data, options: data.options };
  if (data instanceof NestRecord) {
    const headers = data.headers as HeadersInput | undefined;
    return { data: data.data, options: headers === undefined ? NO_OPTIONS : { headers } };
  }
  return { data, options: NO_OPTIONS };
}
