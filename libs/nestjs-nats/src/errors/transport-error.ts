import type { NatsErrorCode } from './codes.js';

const BRAND = Symbol.for('nestjs-nats.transport-error');

/** What an error is about, as data: the subject, queue group, limit or server it names. */
export type NatsErrorDetails = Readonly<Record<string, unknown>>;

export interface NatsTransportErrorOptions {
  /** The error underneath, kept for logs; it never travels to a remote caller. */
  cause?: unknown;
  /** Facts a program can read instead of parsing the message. */
  details?: NatsErrorDetails;
}

/**
 * Is the one error class that this transport throws on its own account.
 *
 * Branch on {@link code}, which is stable; the message is for people and may be reworded.
 */
export class NatsTransportError extends Error {
  override readonly name: string = 'NatsTransportError';
  /** The stable reason; see `docs/errors.md`. */
  readonly code: NatsErrorCode;
  /** Facts a program can read instead of parsing the message. */
  readonly details: NatsErrorDetails;
  /** Marks the error across copies of the package, where `instanceof` fails. */
  readonly [BRAND] = true;

  constructor(code: NatsErrorCode, message: string, options: NatsTransportErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/**
 * Tells whether `value` is a {@link NatsTransportError}, also one of another copy of this package.
 *
 * @param code when given, the error must carry this code too
 */
export function isNatsTransportError(
  value: unknown,
  code?: NatsErrorCode,
): value is NatsTransportError {
  if (typeof value !== 'object' || value === null || !(BRAND in value)) return false;
  return code === undefined || (value as NatsTransportError).code === code;
}
