import type { ReadPacket, WritePacket } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import { type RequestCounters, type Requester, requesterOf } from '../core/requester.js';
import type { MaybePromise } from '../message/payload.js';
import { NO_OPTIONS } from '../message/stream-options.js';
import type { ChainSource } from '../interceptor/compose.js';
import { allAnswers } from './all-answers.js';
import type { GatherOptions, RequestOptions } from './call-options.js';
import type { ConnectionLease } from './connection-lease.js';
import { firstAnswer } from './first-answer.js';
import { assertGatherOptions, gatherAnswers } from './gather.js';
import type { ResolvedClientOptions } from './options.js';
import type { OutgoingMessages, PreparedMessage } from './outgoing.js';
import { OwnRequests } from './own-requests.js';
import type { OutgoingPacket } from './request-format.js';

/** Sends the requests of a client. */
export class RequestSender {
  private readonly requester: Requester;
  private readonly own: OwnRequests;
  private readonly shutdownTimeoutMs: number;
  private readonly chain: ChainSource;

  constructor(
    { connection, replyPrefixes, shutdownTimeoutMs }: ResolvedClientOptions,
    private readonly lease: ConnectionLease,
    chainNow: ChainSource,
    private readonly outgoing: OutgoingMessages,
  ) {
    this.requester = requesterOf(connection);
    this.requester.trust(replyPrefixes);
    this.own = new OwnRequests(this.requester);
    this.shutdownTimeoutMs = shutdownTimeoutMs;
    this.chain = () => {
      const chain = chainNow();
      return chain && ((operation, next) => this.own.track(chain(operation, next)));
    };
  }

  get counters(): RequestCounters {
    return this.requester.counters;
  }

  /** Waits until the requests under way have ended, but no longer than the client is to wait. */
  settled(): Promise<void> {
    return this.own.settled(this.shutdownTimeoutMs);
  }

  /** Ends the waiting of {@link settled}, or lets it not begin. */
  hasten(): void {
    this.own.hasten();
  }

  /** Gives the first answer. It is no asynchronous function, as each more is felt. */
  first(
    packet: () => ReadPacket,
    subject: string,
    options: RequestOptions = NO_OPTIONS,
  ): Promise<unknown> {
    const ask = (message: PreparedMessage): Promise<unknown> =>
      firstAnswer(this.own, this.chain(), message, options);
    try {
      options.signal?.throwIfAborted();
      const prepared = this.prepare(packet(), subject, options);
      return prepared instanceof Promise ? prepared.then(ask) : ask(prepared);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Tells all answers of one responder, as Nest has it.
   *
   * @param subject gives the subject; what it throws is told
   * @returns calls the request off
   */
  all(
    packet: ReadPacket,
    subject: () => string,
    callback: (packet: WritePacket) => void,
  ): () => void {
    const prepare = async (): Promise<PreparedMessage> => this.prepare(packet, subject(), {});
    return allAnswers(this.own, this.chain, prepare, callback);
  }

  /** Gives the answers of several responders, to each subscriber anew. */
  gather(packet: () => ReadPacket, subject: string, options: GatherOptions): Observable<unknown> {
    assertGatherOptions(options);
    const prepare = async (): Promise<PreparedMessage> => this.prepare(packet(), subject, options);
    return gatherAnswers(this.own, this.chain, prepare, options);
  }

  /** Gets a message ready; at once, if nothing has to be waited for. */
  private prepare(
    packet: ReadPacket,
    subject: string,
    options: RequestOptions,
  ): MaybePromise<PreparedMessage> {
    const { signal } = options;
    this.lease.hold(subject);
    const { pattern, data, metadata } = packet as ReadPacket & Pick<OutgoingPacket, 'metadata'>;
    const outgoing: OutgoingPacket = { kind: 'request', pattern, subject, data, metadata };
    const message = this.outgoing.prepare(outgoing, options, signal);
    const ready =
      message instanceof Promise
        ? message.then((written) => {
            this.lease.assertHeld(subject);
            return this.lease.ready(written, signal);
          })
        : this.lease.ready(message, signal);
    return ready instanceof Promise ? this.own.track(ready) : ready;
  }
}
