import type { ReadPacket, WritePacket } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import { type RequestCounters, type Requester, requesterOf } from '../core/requester.js';
import type { MaybePromise } from '../message/payload.js';
import type { InterceptorChain } from '../interceptor/compose.js';
import { allAnswers } from './all-answers.js';
import type { GatherOptions, RequestOptions } from './call-options.js';
import type { ConnectionLease } from './connection-lease.js';
import { firstAnswer } from './first-answer.js';
import { gatherAnswers } from './gather.js';
import type { ResolvedClientOptions } from './options.js';
import type { OutgoingMessages, PreparedMessage } from './outgoing.js';
import type { OutgoingPacket } from './request-format.js';

/** Sends the requests of a client. */
export class RequestSender {
  private readonly requester: Requester;

  constructor(
    { connection, replyPrefixes }: ResolvedClientOptions,
    private readonly lease: ConnectionLease,
    private readonly chain: InterceptorChain | undefined,
    private readonly outgoing: OutgoingMessages,
  ) {
    this.requester = requesterOf(connection);
    this.requester.trust(replyPrefixes);
  }

  get counters(): RequestCounters {
    return this.requester.counters;
  }

  /** Gives the first answer. May throw at once what it would reject with. */
  first(packet: ReadPacket, subject: string, options: RequestOptions): Promise<unknown> {
    const ask = (message: PreparedMessage): Promise<unknown> =>
      firstAnswer(this.requester, this.chain, message, options);
    const prepared = this.prepare(packet, subject, options);
    return prepared instanceof Promise ? prepared.then(ask) : ask(prepared);
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
    return allAnswers(this.requester, this.chain, prepare, callback);
  }

  /** Gives the answers of several responders, to each subscriber anew. */
  gather(packet: () => ReadPacket, subject: string, options: GatherOptions): Observable<unknown> {
    const prepare = async (): Promise<PreparedMessage> => this.prepare(packet(), subject, options);
    return gatherAnswers(this.requester, this.chain, prepare, options);
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
    if (!(message instanceof Promise)) return this.lease.ready(message, signal);
    return message.then((written) => {
      this.lease.assertHeld(subject);
      return this.lease.ready(written, signal);
    });
  }
}
