import type { NatsConnection } from '@nats-io/transport-node';
import type { SharedConnection } from '../connection/shared-connection.js';
import { NO_VALUE } from '../message/payload.js';
import { isCancelSubject } from './cancel-subject.js';
import { isPublishRefusal } from './confirm.js';
import { ReplyPolicy } from './reply-policy.js';

/** Tells responders that nobody wants the rest of a streamed answer. */
export class CancelSender {
  private readonly prefixes = new Set<string>();
  private policy: ReplyPolicy;
  private last = '';
  private refused = false;

  constructor(shared: SharedConnection) {
    this.allow([shared.options.inboxPrefix]);
    // one refusal in the log says it all; other credentials may be allowed what these are not
    shared.events.on('error', (error) => {
      if (isPublishRefusal(error, this.last)) this.refused = true;
    });
    shared.events.on('reconnect', () => (this.refused = false));
  }

  /** Adds inbox prefixes of responders. */
  allow(prefixes: readonly string[]): void {
    for (const prefix of prefixes) this.prefixes.add(prefix);
    this.policy = new ReplyPolicy([...this.prefixes]);
  }

  /**
   * Calls a stream off. It is an effort and no more: a responder that does not hear of it goes on, and
   * is told again at a later frame.
   *
   * @param subject the reply subject of a frame; any other than for this is left alone
   */
  send(connection: NatsConnection, subject: string): void {
    if (this.refused || !isCancelSubject(subject, this.policy)) return;
    // when the connection ends, a later frame reaches nobody: the responder learns it then
    if (connection.isClosed() || connection.isDraining()) return;
    this.last = subject;
    connection.publish(subject, NO_VALUE.payload);
  }
}
