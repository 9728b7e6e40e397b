import { PermissionViolationError, type NatsConnection } from '@nats-io/transport-node';
import type { SharedConnection } from '../connection/shared-connection.js';
import { within } from '../connection/within.js';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';

/**
 * Waits until the server has processed what was published before: a PING is answered after it.
 *
 * It says that the server took the message, not that anybody received it.
 *
 * @throws NatsTransportError `PERMISSION_DENIED` when the server refused the subject,
 * `CONNECTION_LOST` when it is unknown whether the message arrived, `TIMEOUT`
 */
export async function confirmPublished(
  shared: SharedConnection,
  connection: NatsConnection,
  subject: string,
  timeoutMs: number,
): Promise<void> {
  let refused: PermissionViolationError | undefined;
  const stopListening = shared.events.on('error', (error) => {
    if (isPublishRefusal(error, subject)) refused = error;
  });
  try {
    await within(connection.flush(), timeoutMs, () => unconfirmed(subject, timeoutMs));
    // the refusal came before the answer to the PING, but is reported in a later turn
    await new Promise(setImmediate);
  } catch (cause) {
    if (cause instanceof NatsTransportError) throw cause;
    throw new NatsTransportError(
      'CONNECTION_LOST',
      `The connection broke before the server confirmed the message on ${quote(subject)}. ` +
        'It may or may not have arrived.',
      { cause, details: { subject } },
    );
  } finally {
    stopListening();
  }
  if (refused) throw publishRefused(subject, refused);
}

/** Whether the server reports that something may not be published. */
export function isRefusedPublish(error: Error): error is PermissionViolationError {
  return error instanceof PermissionViolationError && error.operation === 'publish';
}

export function isPublishRefusal(error: Error, subject: string): error is PermissionViolationError {
  return isRefusedPublish(error) && error.subject === subject;
}

export function publishRefused(subject: string, cause: Error): NatsTransportError {
  return new NatsTransportError(
    'PERMISSION_DENIED',
    `The server does not let these credentials publish on ${quote(subject)}. ` +
      'Allow the subject in the permissions of the user.',
    { cause, details: { subject } },
  );
}

function unconfirmed(subject: string, timeoutMs: number): NatsTransportError {
  return new NatsTransportError(
    'TIMEOUT',
    `The server did not confirm the message on ${quote(subject)} within ${timeoutMs} ms. ` +
      'It may or may not have arrived.',
    { details: { subject, timeoutMs } },
  );
}
