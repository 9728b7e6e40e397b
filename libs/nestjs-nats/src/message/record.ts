import {
  NatsRecord as NestRecord,
  NatsRecordBuilder as NestRecordBuilder,
} from '@nestjs/microservices';
import type { MsgHdrs } from '@nats-io/transport-node';
import type { CodecOption } from '../codec/registry.js';
import { type HeadersInput, toHeaders } from './headers.js';

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

/** A payload with what goes with it, made by a {@link NatsRecordBuilder}. */
export class NatsRecord<TData = unknown> extends NestRecord<TData, MsgHdrs | undefined> {
  constructor(
    data: TData,
    readonly options: MessageOptions,
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
  private timeoutMs?: number;
  private codecOption?: CodecOption;

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
    this.timeoutMs = ms;
    return this;
  }

  /** Sets the codec of this message and its answer. */
  codec(option: CodecOption): this {
    this.codecOption = option;
    return this;
  }

  /** @throws NatsTransportError `INVALID_HEADER` */
  override build(): NatsRecord<TData> {
    return new NatsRecord(this.payload, {
      ...(this.entries.length > 0 && { headers: [...this.entries] }),
      ...(this.timeoutMs !== undefined && { timeoutMs: this.timeoutMs }),
      ...(this.codecOption !== undefined && { codec: this.codecOption }),
    });
  }
}

/** Takes a payload apart from the options of a record around it, ours or Nest's own. */
export function unwrapRecord(data: unknown): { data: unknown; options: MessageOptions } {
  if (data instanceof NatsRecord) return { data: data.data, options: data.options };
  if (data instanceof NestRecord) {
    const headers = data.headers as HeadersInput | undefined;
    return { data: data.data, options: headers === undefined ? NO_OPTIONS : { headers } };
  }
  return { data, options: NO_OPTIONS };
}

const NO_OPTIONS: MessageOptions = Object.freeze({});
