import { numbered, SUBJECT, wildcardSubject } from '../names.js';
import { payloadOf } from '../payload.js';
import type { EventScenario } from '../scenarios.js';
import type { BenchClient } from '../subjects/subject.js';
import { CREDIT_STEP, CreditWindow } from './credit.js';
import type { Load } from './load.js';

/** How many events are published in a turn of the event loop. */
const CHUNK = 128;

/** Publishes events as fast as they are handled. */
export async function publishEvents(
  client: BenchClient,
  url: string,
  { stage, bytes, handlers }: EventScenario,
): Promise<Load> {
  const window = await CreditWindow.open(url, bytes);
  const payload = payloadOf(bytes);
  const subjects = Array.from({ length: handlers }, (_, i) =>
    stage === 'wildcards' ? wildcardSubject(i) : handlers === 1 ? SUBJECT.event : numbered(i),
  );
  let sent = 0;
  return {
    // whole steps, so that the end is heard of
    step: CREDIT_STEP,
    async run(count) {
      const end = sent + count;
      while (sent < end) {
        for (let i = 0; i < CHUNK; i++, sent++)
          client.emit(subjects[sent % subjects.length]!, payload);
        await client.sent();
        await new Promise(setImmediate);
        await window.room(sent);
      }
      await window.until(end);
      return {};
    },
    close: () => window.close(),
  };
}
