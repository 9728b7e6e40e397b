import type { SharedConnection } from '../../connection/shared-connection.js';
import type { CancelInbox } from '../../core/cancel-inbox.js';
import type { MessageEvents } from '../../events/message-events.js';
import type { ReplyFormat } from '../../message/reply-format.js';
import type { FailureLog } from '../failure-log.js';
import type { IncomingReader } from '../handling/incoming.js';
import type { Processing } from '../handling/processing.js';
import type { ReplyRefusals } from './reply-refusals.js';

/** What the handling of a message of core NATS works with. */
export interface HandlerParts {
  readonly connection: SharedConnection;
  readonly processing: Processing;
  /** Where streams of answers are called off. */
  readonly cancels: CancelInbox;
  /** Hears of answers that the server refuses. */
  readonly replies: ReplyRefusals;
  readonly read: IncomingReader;
  /** Writes answers to what cannot be read; nothing when the handler's own format does. */
  readonly unreadReplyFormat: ReplyFormat | undefined;
  readonly failures: FailureLog;
  readonly events: MessageEvents;
}
