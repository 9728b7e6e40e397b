import type { SharedConnection } from '../connection/shared-connection.js';

/** What was refused on a connection since it was first used, before anything of it was sent. */
export interface SendRefusals {
  /** Messages that were refused because more waits to be sent already than may. */
  bufferFull: number;
  /** Messages that were refused because they, or their subjects, are larger than may be. */
  tooLarge: number;
}

const REFUSALS = new WeakMap<SharedConnection, SendRefusals>();

/** Gives what counts for all who send over a connection. */
export function refusalsOf(shared: SharedConnection): SendRefusals {
  let refusals = REFUSALS.get(shared);
  if (!refusals) REFUSALS.set(shared, (refusals = { bufferFull: 0, tooLarge: 0 }));
  return refusals;
}
