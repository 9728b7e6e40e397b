import { isNatsTransportError, isRemoteError } from 'nestjs-nats';

/** How the dashboard stands to those it depends on. */
export interface Standing {
  readonly nats: 'connected' | 'away';
  /** `unknown` while NATS is away: nobody can ask. */
  readonly saver: 'answering' | 'away' | 'failing' | 'unknown';
}

/** All is well. */
export const WELL: Standing = { nats: 'connected', saver: 'answering' };

/** What a question that failed says about NATS and the savers. */
export function standingOf(error: unknown): Standing {
  if (isRemoteError(error)) return { nats: 'connected', saver: 'failing' };
  if (!isNatsTransportError(error)) return { nats: 'connected', saver: 'failing' };
  switch (error.code) {
    case 'NO_RESPONDERS':
      return { nats: 'connected', saver: 'away' };
    case 'CONNECTION_FAILED':
    case 'CONNECTION_LOST':
    case 'NOT_CONNECTED':
    case 'CLOSED':
      return { nats: 'away', saver: 'unknown' };
    default:
      return { nats: 'connected', saver: 'failing' };
  }
}
