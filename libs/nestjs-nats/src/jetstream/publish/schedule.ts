import { nuid } from '@nats-io/transport-node';
import { matches } from '../../subject/filter.js';
import type { StreamOptions } from '../../message/stream-options.js';
import type { StreamDeclaration } from '../stream/stream-declaration.js';

/** Where a delayed message waits, and until when. */
export interface Schedule {
  /** The subject of the schedule; there is one message on it. */
  readonly subject: string;
  readonly at: Date;
}

/** Gives the subject on which a stream keeps a delayed message (docs/adr/0011-delayed-messages.md). */
function scheduleSubject(stream: string, id: string): string {
  return `schedules.${stream}.${id}`;
}

/** Says where a message is kept until it is due, or nothing when it is not delayed. */
export function scheduleOf(
  stream: string,
  { delayMs, at, scheduleId = nuid.next() }: StreamOptions,
): Schedule | undefined {
  if (delayMs === undefined && at === undefined) return undefined;
  return {
    subject: scheduleSubject(stream, scheduleId),
    at: at ?? new Date(Date.now() + delayMs!),
  };
}

/** Says why a declared stream cannot delay messages, or nothing when it can. */
export function scheduleFault(stream: StreamDeclaration): string | undefined {
  const { name, subjects, retention, allow_msg_schedules: allowed } = stream;
  if (allowed !== true) return `the stream "${name}" is declared without allow_msg_schedules`;
  if (!subjects.some((filter) => matches(filter, scheduleSubject(name, '*')))) {
    return `the stream "${name}" needs the subject "${scheduleSubject(name, '*')}" to keep them on`;
  }
  // the server drops what nobody has an interest in, and says that it has stored it
  return retention === 'interest'
    ? `the stream "${name}" has the retention "interest" and would lose them`
    : undefined;
}
