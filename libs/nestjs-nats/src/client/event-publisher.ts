import type { ReadPacket } from '@nestjs/microservices';
import type { SharedConnection } from '../connection/shared-connection.js';
import { remainder, within } from '../connection/within.js';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import type { ChainSource, InterceptorChain } from '../interceptor/compose.js';
import type { PublishOperation } from '../interceptor/interceptor.js';
import { JetStreamApi } from '../jetstream/api/js-api.js';
import { requireFeature } from '../jetstream/api/server-features.js';
import { DeclaredStreams } from '../jetstream/publish/declared-streams.js';
import type { BatchAck, PubAck } from '../jetstream/publish/pub-ack.js';
import { StreamPublisher } from '../jetstream/publish/publisher.js';
import type { MaybePromise } from '../message/payload.js';
import { NO_OPTIONS } from '../message/stream-options.js';
import type { BatchMessage, BatchPublishOptions, PublishOptions } from './call-options.js';
import type { ConnectionLease } from './connection-lease.js';
import { Departures } from './departures.js';
import { handOver } from './hand-over.js';
import { interceptedBatch } from './intercepted-batch.js';
import type { ResolvedClientOptions } from './options.js';
import type { OutgoingMessages, PreparedMessage } from './outgoing.js';
import { type InterceptedMessage, publishOperation, withHeaders } from './outgoing-operation.js';
import { assertBatch, prepareBatch, type StoredMessage } from './prepare-batch.js';
import type { OutgoingPacket } from './request-format.js';

/**
 * Publishes events of a client: to the stream they belong to, or to whoever subscribes.
 *
 * Nothing is awaited that is there already: a message then costs no more promises than the one that
 * its caller gets, which is what makes publishing fast.
 */
export class EventPublisher {
  private readonly shared: SharedConnection;
  private readonly api: JetStreamApi;
  private readonly declared: DeclaredStreams;
  private readonly streams: StreamPublisher;
  private readonly departures = new Departures();
  private readonly confirm: ResolvedClientOptions['confirm'];

  constructor(
    settings: ResolvedClientOptions,
    private readonly lease: ConnectionLease,
    private readonly chain: ChainSource,
    private readonly outgoing: OutgoingMessages,
  ) {
    this.confirm = settings.confirm;
    const { connection, jetstream, streams, provision, publishRetry } = settings;
    this.shared = connection;
    this.api = new JetStreamApi(connection, jetstream);
    this.declared = new DeclaredStreams(this.api, streams, provision);
    this.streams = new StreamPublisher(connection, this.api, this.declared, publishRetry);
  }

  /**
   * Publishes an event.
   *
   * @returns the acknowledgement of its stream, if it belongs to one
   */
  publish(
    packet: ReadPacket,
    subject: string,
    options: PublishOptions = NO_OPTIONS,
  ): Promise<PubAck | undefined> {
    try {
      this.lease.hold(subject);
      const prepared = this.outgoing.prepare(eventOf(packet, subject), options);
      const message =
        prepared instanceof Promise
          ? prepared.then((written) => this.connected(written))
          : this.connected(prepared);
      return this.departures.leave(message, (ready) => this.intercepted(ready, options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Publishes a batch.
   *
   * @param toPacket makes the packet of a message
   */
  async publishBatch(
    messages: readonly BatchMessage[],
    options: BatchPublishOptions,
    toPacket: (message: BatchMessage) => ReadPacket,
  ): Promise<BatchAck> {
    assertBatch(messages);
    this.lease.hold(messages[0]!.subject);
    const start = performance.now();
    const prepared = prepareBatch(this.outgoing, messages, options, (message) =>
      eventOf(toPacket(message), message.subject),
    );
    const ready = prepared.then(async (all) => {
      const first = await this.connected(all[0]);
      for (const feature of [
        'atomicBatch',
        ...all.flatMap(({ target }) => target.features),
      ] as const) {
        requireFeature(this.api.server, feature, 'Cannot publish the batch');
      }
      return first;
    });
    return this.departures.leave(ready, async () => this.sendBatch(await prepared, start));
  }

  /** Waits until all events have left, and what stored them has said so: as long as their timeouts. */
  async settled(): Promise<void> {
    await this.departures.pending;
    await this.streams.settled();
  }

  /** The `host:port` connected to. */
  private get server(): string | undefined {
    return this.shared.current?.getServer();
  }

  private connected(message: PreparedMessage): MaybePromise<PreparedMessage> {
    const ready = this.lease.ready(message);
    return ready instanceof Promise
      ? ready.then((connected) => this.provisioned(connected))
      : this.provisioned(ready);
  }

  /** Makes sure that the server can do what the message asks for, and that its stream is there. */
  private provisioned(message: PreparedMessage): MaybePromise<PreparedMessage> {
    const { target, subject } = message;
    if (target === undefined) return message;
    for (const feature of target.features) {
      requireFeature(this.api.server, feature, `Cannot publish on ${quote(subject)}`);
    }
    const provisioning = target.declaration ? this.declared.ensure() : undefined;
    return provisioning === undefined ? message : afterProvisioning(provisioning, message);
  }

  private intercepted(
    message: PreparedMessage,
    options: PublishOptions,
  ): Promise<PubAck | undefined> {
    const chain = this.chain();
    return chain === undefined
      ? this.send(message, options)
      : this.sendInside(chain, message, options);
  }

  private async sendInside(
    chain: InterceptorChain,
    message: PreparedMessage,
    options: PublishOptions,
  ): Promise<PubAck | undefined> {
    const intercepted = withHeaders(message);
    let ack: PubAck | undefined;
    // an interceptor that returns nothing must not take the acknowledgement from the caller
    await chain(publishOperation(intercepted, this.server), async () => {
      ack = await this.send(intercepted, options);
      return ack;
    });
    return ack;
  }

  private send(message: PreparedMessage, options: PublishOptions): Promise<PubAck | undefined> {
    const { target } = message;
    const sent = onTheWire(message);
    return target === undefined || !target.acknowledged
      ? handOver(this.shared, sent, options.confirm ?? this.confirm)
      : this.streams.publish(sent, target);
  }

  private sendBatch(
    messages: readonly [StoredMessage, ...StoredMessage[]],
    start: number,
  ): Promise<BatchAck> {
    const [first] = messages;
    const { target, timeoutMs } = first;
    const leftMs = remainder(timeoutMs, start);
    const send = (parts: readonly StoredMessage[]): Promise<BatchAck> =>
      this.streams.publishBatch({ parts: parts.map(onTheWire), ...target, timeoutMs: leftMs });
    const chain = this.chain();
    if (chain === undefined) return send(messages);
    const operationOf = (message: InterceptedMessage): PublishOperation =>
      publishOperation(message, this.server);
    return interceptedBatch(
      { chain, operationOf, send, timeoutMs: leftMs, late: () => heldUp(first) },
      messages,
    );
  }
}

function eventOf(packet: ReadPacket, subject: string): OutgoingPacket {
  const { pattern, data, metadata } = packet as ReadPacket & Pick<OutgoingPacket, 'metadata'>;
  return { kind: 'event', pattern, subject, data, metadata };
}

async function afterProvisioning(
  provisioning: Promise<void>,
  message: PreparedMessage,
): Promise<PreparedMessage> {
  const { timeoutMs, remainingMs = timeoutMs } = message;
  const start = performance.now();
  await within(provisioning, remainingMs, () => notProvisioned(message));
  return { ...message, remainingMs: remainder(remainingMs, start) };
}

/** A delayed message goes to the subject of its schedule. */
function onTheWire(message: PreparedMessage): PreparedMessage {
  const schedule = message.target?.schedule;
  return schedule === undefined ? message : { ...message, subject: schedule.subject };
}

function heldUp({ subject, timeoutMs }: PreparedMessage): NatsTransportError {
  return new NatsTransportError(
    'TIMEOUT',
    `Interceptors held up the batch that begins on ${quote(subject)} for ${timeoutMs} ms. Nothing was sent.`,
    { details: { subject, timeoutMs } },
  );
}

function notProvisioned({ subject, timeoutMs }: PreparedMessage): NatsTransportError {
  return new NatsTransportError(
    'TIMEOUT',
    `The declared streams were not there within the ${timeoutMs} ms of the message on ` +
      `${quote(subject)}. Nothing was sent.`,
    { details: { subject, timeoutMs } },
  );
}
