import type { MsgHdrs } from '@nats-io/transport-node';
import { HEADER } from './header-table.js';

/** Says in the headers how long the caller waits, in milliseconds. */
export function setRequestTimeout(target: MsgHdrs, timeoutMs: number): void {
  target.set(HEADER.requestTimeout, `${Math.ceil(timeoutMs)}`);
}

/**
 * Reads how long the caller waits, in milliseconds; what makes no sense counts as not said.
 *
 * It is a duration and not a point in time, so that the clocks of two machines need not agree.
 */
export function requestTimeoutOf(received: MsgHdrs | undefined): number | undefined {
  const text = received?.get(HEADER.requestTimeout);
  if (text === undefined || !/^[1-9]\d{0,9}$/.test(text)) return undefined;
  return Math.min(Number(text), 2 ** 31 - 1);
}
