import {
  type DeadLetterPublisher,
  deadMessageOf,
} from '../../jetstream/dead-letter/dead-letter-publisher.js';
import type { WaitingRoom } from '../../jetstream/dead-letter/waiting-room.js';
import type { KeepDeadLetter } from './consumer-settler.js';

/** Keeps messages that a consumer gives up, as dead letters on this subject; some may wait in the room. */
export function keepDeadLetters(
  deadLetters: DeadLetterPublisher,
  subject: string,
  room: WaitingRoom,
): KeepDeadLetter {
  return ({ delivered, admission }, { reason, error }) => {
    const now = Date.now();
    // what has ended the process has been counted before it began
    const hasCrashed = reason === 'crashed';
    const { used, firstFailureMs = now, lastFailureMs = now } = admission;
    const death = {
      reason,
      error,
      attempts: hasCrashed ? used : used + 1,
      firstFailureMs,
      lastFailureMs: hasCrashed ? lastFailureMs : now,
    };
    return deadLetters.publish(deadMessageOf(delivered), death, subject, room);
  };
}
