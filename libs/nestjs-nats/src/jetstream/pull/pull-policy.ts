/** Where a pull loop stands. */
export interface PullState {
  /** How many more messages can be taken now. */
  readonly free: number;
  /** How many messages have been asked for and may still come. */
  readonly credit: number;
  /** How many messages one request may ask for. */
  readonly maxBatch: number;
}

/** Is how many messages are worth a request, whatever has been asked for already. */
export const MANY = 32;

/**
 * Decides how many messages to ask for now; 0: none.
 *
 * Never more than there is room for. And not before at least half of the room is not asked for yet, or room
 * for {@link MANY}: requests then stay few while messages flow, and a request is always open while there is
 * room, so that nothing waits which could be taken.
 */
export function pullSize({ free, credit, maxBatch }: PullState): number {
  const uncovered = free - credit;
  return uncovered > 0 && uncovered >= Math.min(credit, MANY) ? Math.min(uncovered, maxBatch) : 0;
}
