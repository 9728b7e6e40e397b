import type { MsgHdrs } from '@nats-io/transport-node';
import { HEADER } from '../../message/header-table.js';
import type { StreamOptions } from '../../message/stream-options.js';
import type { Schedule } from './schedule.js';

/** Sets the headers by which a stream knows what a message asks for. */
export function setStreamHeaders(
  headers: MsgHdrs,
  options: StreamOptions,
  delayed?: { readonly schedule: Schedule; readonly target: string },
): void {
  const set = (name: string, value: string | number | undefined): void => {
    // nobody else may set these, so there is nothing to replace, which would cost more
    if (value !== undefined) headers.append(name, `${value}`);
  };
  set(HEADER.msgId, options.msgId);
  set(HEADER.expectedStream, options.stream);
  set(HEADER.expectedLastSequence, options.expectLastSequence);
  set(HEADER.expectedLastSubjectSequence, options.expectLastSubjectSequence);
  set(HEADER.expectedLastMsgId, options.expectLastMsgId);
  const ttl = ttlOf(options.ttlMs);
  if (delayed === undefined) {
    set(HEADER.ttl, ttl);
    return;
  }
  set(HEADER.schedule, `@at ${delayed.schedule.at.toISOString()}`);
  set(HEADER.scheduleTarget, delayed.target);
  // the time to live counts from the delivery
  set(HEADER.scheduleTtl, ttl);
}

/** A server counts whole seconds and cuts the rest off: a message would go early. */
function ttlOf(ttlMs: StreamOptions['ttlMs']): string | number | undefined {
  return typeof ttlMs === 'number' ? Math.ceil(ttlMs / 1_000) : ttlMs;
}
