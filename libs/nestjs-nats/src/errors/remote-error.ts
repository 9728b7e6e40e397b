const BRAND = Symbol.for('nestjs-nats.remote-error');

/** What travels when a responder answers with an error: these three fields and nothing else. */
export interface RemoteErrorBody {
  /** A word for programs: `BAD_REQUEST`, `INTERNAL`, or what the handler chose. */
  code: string;
  /** A sentence for people. */
  message: string;
  /** Whatever else the handler chose to tell. */
  details?: unknown;
}

/**
 * Is the answer of a responder that failed: it was reached, and said no.
 *
 * Carries what the responder chose to tell, never its stack. The fields come from the wire, so
 * they are to be treated as input.
 */
export class RemoteError extends Error implements RemoteErrorBody {
  override readonly name: string = 'RemoteError';
  readonly code: string;
  readonly details?: unknown;
  /** The number of the `Nats-Service-Error-Code` header (ADR-32), such as 400 or 500. */
  readonly status: number;
  /** The subject of the request that was answered. */
  readonly subject: string;
  /** Marks the error across copies of the package, where `instanceof` fails. */
  readonly [BRAND] = true;

  constructor(body: RemoteErrorBody, status: number, subject: string) {
    super(body.message);
    this.code = body.code;
    this.details = body.details;
    this.status = status;
    this.subject = subject;
  }
}

/** Tells whether `value` is a {@link RemoteError}, also one of another copy of this package. */
export function isRemoteError(value: unknown): value is RemoteError {
  return typeof value === 'object' && value !== null && BRAND in value;
}
