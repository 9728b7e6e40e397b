import { setTimeout as sleep } from 'node:timers/promises';
import type { SharedConnection } from '../../connection/shared-connection.js';
import { remainder, within } from '../../connection/within.js';
import { isNatsTransportError } from '../../errors/transport-error.js';
import { delayFor } from '../settlement/retry-policy.js';
import { type Batch, sendBatch } from './batch-protocol.js';
import type { BatchAck } from './pub-ack.js';
import type { Publications } from './publication.js';

/**
 * Publishes a batch; while nothing is stored and that may change, it begins anew.
 *
 * @throws NatsTransportError what {@link sendBatch} throws, but `NO_RESPONDERS`; instead
 * `STREAM_NOT_FOUND`, `JETSTREAM_DISABLED`, `UNAVAILABLE`
 */
export async function publishAtomicBatch(
  shared: SharedConnection,
  common: Publications,
  batch: Batch,
): Promise<BatchAck> {
  const { schedule } = common.retry;
  const start = performance.now();
  const leftMs = (): number => remainder(batch.timeoutMs, start);
  let restored = false;
  for (let attempt = 1; ; attempt++) {
    try {
      return await sendBatch(shared, batch, leftMs());
    } catch (cause) {
      const error = await explained(common, batch, cause, leftMs());
      const isGone = isNatsTransportError(error, 'STREAM_NOT_FOUND');
      if (isGone && batch.declaration !== undefined && !restored) {
        restored = true;
        const work = common.declared.restore(batch.stream);
        if (await within(work, leftMs(), () => error)) continue;
      }
      const delayMs = delayFor(schedule, attempt, Math.random());
      const mayPass = isNatsTransportError(error, 'UNAVAILABLE');
      if (!mayPass || attempt >= schedule.attempts || delayMs >= leftMs()) throw error;
      await sleep(delayMs);
    }
  }
}

async function explained(
  { absent }: Publications,
  { parts, stream }: Batch,
  error: unknown,
  leftMs: number,
): Promise<unknown> {
  if (!isNatsTransportError(error, 'NO_RESPONDERS')) return error;
  return absent.explain(parts[0]!.subject, stream, leftMs);
}
