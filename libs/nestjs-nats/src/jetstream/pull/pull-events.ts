import type { PullStatus } from './pull-status.js';
import type { ConsumerNames } from './pull-request.js';

/**
 * What a pull loop reports; whoever drives it logs and tells readiness. `'odd'`, `'foreign'` and
 * `'failed'` come as often as they happen.
 */
export type PullEvent =
  /** Messages are being asked for: after the start, and after `'missing'` and `'stalled'`. */
  | ({ readonly type: 'ready' } & ConsumerNames)
  /** There is nobody to ask, or nobody who answers; tried again until `'ready'`. Once for each code of an incident. */
  | { readonly type: 'missing'; readonly error: unknown }
  /** The server has stopped answering a request; it is being looked for. */
  | { readonly type: 'stalled'; readonly error: Error }
  /** The server ended a request for a reason that is out of the ordinary. */
  | { readonly type: 'odd'; readonly status: PullStatus }
  /** Something came on the inbox that is no message of the consumer; it was dropped. */
  | { readonly type: 'foreign'; readonly subject: string }
  /** This process has become the active one of its group, or is not any more. */
  | { readonly type: 'active' | 'inactive' }
  /** What was called for a message threw. */
  | { readonly type: 'failed'; readonly error: unknown };
