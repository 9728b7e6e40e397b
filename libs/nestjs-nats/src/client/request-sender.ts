import type { ReadPacket, WritePacket } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import { type RequestCounters, type Requester, requesterOf } from '../core/requester.js';
import type { InterceptorChain } from '../interceptor/compose.js';
import { allAnswers } from './all-answers.js';
import type { GatherOptions, RequestOptions } from './call-options.js';
import type { ConnectionLease } from './connection-lease.js';
import { firstAnswer } from './first-answer.js';
import { gatherAnswers } from './gather.js';
import type { ResolvedClientOptions } from './options.js';
import type { OutgoingMessages, PreparedMessage } from './outgoing.js';

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

  /** Gives the first answer. */
  async first(packet: ReadPacket, subject: string, options: RequestOptions): Promise<unknown> {
    const message = await this.prepare(packet, subject, options);
    return firstAnswer(this.requester, this.chain, message, options);
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

  private async prepare(
    packet: ReadPacket,
    subject: string,
    options: RequestOptions,
  ): Promise<PreparedMessage> {
    const { signal } = options;
    this.lease.hold();
    const outgoing = { ...packet, kind: 'request', subject } as const;
    const message = await this.outgoing.prepare(outgoing, options, signal);
    this.lease.assertHeld(subject);
    return this.lease.ready(message, signal);
  }
}
