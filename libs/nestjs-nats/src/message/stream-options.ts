/** What a message to a JetStream stream can ask for, besides what any message can. */
export interface StreamOptions {
  /**
   * The stream that stores the message, and no other (`CONFLICT`). A stream that the client has not
   * declared must be named here, so that its acknowledgement is waited for.
   */
  stream?: string;
  /**
   * `'at-most-once'` waits for no acknowledgement, and hears of no failure; a stream stores the
   * message all the same, if it can. Default: a message to a stream is acknowledged.
   */
  delivery?: 'at-most-once';
  /**
   * Identifies the message: the stream stores no second one of the same id within its
   * `duplicate_window`, two minutes by default. With an id, a lost acknowledgement is repaired by
   * sending again.
   */
  msgId?: string;
  /** The sequence of the stream's last message; otherwise `CONFLICT`. 0: the stream is empty. */
  expectLastSequence?: number;
  /** The sequence of the last message on this subject; otherwise `CONFLICT`. 0: there is none. */
  expectLastSubjectSequence?: number;
  /** The `msgId` of the stream's last message; otherwise `CONFLICT`. */
  expectLastMsgId?: string;
  /**
   * After how long the stream drops the message, in milliseconds, whatever its `max_age`; `'never'`
   * keeps it. Minimum 1000; rounded up to whole seconds. Needs nats-server 2.11 and `allow_msg_ttl`.
   */
  ttlMs?: number | 'never';
  /**
   * How long after now the message is delivered, in milliseconds, minimum 1. Needs nats-server 2.12
   * and `allow_msg_schedules`, see docs/adr/0011-delayed-messages.md.
   */
  delayMs?: number;
  /** When the message is delivered, by the server's clock; at once, if that is over. As `delayMs`. */
  at?: Date;
  /**
   * Names a delayed message, as one token: another one of the same name and stream replaces it, as
   * long as it has not been delivered. Default: a name of its own.
   */
  scheduleId?: string;
}

/** Is every name of {@link StreamOptions}. */
const STREAM_OPTIONS = [
  'stream',
  'delivery',
  'msgId',
  'expectLastSequence',
  'expectLastSubjectSequence',
  'expectLastMsgId',
  'ttlMs',
  'delayMs',
  'at',
  'scheduleId',
] as const satisfies readonly (keyof StreamOptions)[];

/** Is the options of a message that has none, as most: they need not be looked through. */
export const NO_OPTIONS: Readonly<Record<string, never>> = Object.freeze({});

const NONE: readonly (keyof StreamOptions)[] = [];

/** Names the stream options that are set. */
export function streamOptionsIn(options: StreamOptions): readonly (keyof StreamOptions)[] {
  if (options === NO_OPTIONS) return NONE;
  return STREAM_OPTIONS.filter((name) => options[name] !== undefined);
}
