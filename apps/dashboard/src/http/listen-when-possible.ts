import { setTimeout as sleep } from 'node:timers/promises';
import { type INestApplication, Logger } from '@nestjs/common';
import { isNatsTransportError } from 'nestjs-nats';

const RETRY_AFTER_MS = 1000;

/**
 * Starts the handlers of NATS messages, and tries again every second while no server is there: the
 * page is worth having before. Once started, they stay: reconnecting is the transport's.
 *
 * @throws NatsTransportError for whatever waiting does not mend
 */
export async function listenWhenPossible(
  app: INestApplication,
  shutdown: AbortSignal,
): Promise<void> {
  const logger = new Logger('Nats');
  for (let attempt = 1; !shutdown.aborted; attempt++) {
    try {
      await app.startAllMicroservices();
      return;
    } catch (error) {
      if (shutdown.aborted) return;
      if (!isNatsTransportError(error, 'CONNECTION_FAILED')) throw error;
      if (attempt === 1) logger.warn(`Waiting for NATS: ${error.message}`);
    }
    await sleep(RETRY_AFTER_MS, undefined, { ref: false });
  }
}
