import type { LoggerService } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { reasonOf } from './reason-of.js';
import { within } from './within.js';

/** Is how long the last flush before closing may take: a server that hangs must not hold it up. */
const LAST_FLUSH_MS = 2_000;

/**
 * Closes a connection. The client drops what is still queued: publishes made just before would be lost,
 * so that is sent first.
 *
 * @param up whether a server is there to take it
 */
export async function closeAfterFlush(
  connection: NatsConnection,
  up: boolean,
  logger: LoggerService,
): Promise<void> {
  try {
    if (up) await within(connection.flush(), LAST_FLUSH_MS, () => new Error('no answer'));
  } catch (error) {
    logger.warn(`Closing without a last flush: ${reasonOf(error)}`);
  } finally {
    await connection.close();
  }
}
