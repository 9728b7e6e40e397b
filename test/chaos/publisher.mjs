// Publishes as a process of its own: node publisher.mjs '<JSON of PublisherOptions>'
// It takes every `step`th id from `first` on, as far as it is told to go ({ upTo } by IPC), and says 'ready' when it can
// begin and 'done' when all are acknowledged. A message without an acknowledgement is sent again under the same id.
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNatsTransportError, NatsClient } from 'nestjs-nats';
import { journalTo } from './journal-writer.mjs';

const { servers, stream, journal, first, step, messages, inFlight } = JSON.parse(process.argv[2]);
const PASSING = ['NOT_CONNECTED', 'CONNECTION_LOST', 'TIMEOUT', 'UNAVAILABLE'];
const RETRY_MS = 20;

const note = journalTo(journal);
const client = new NatsClient({
  servers,
  streams: [stream],
  provision: 'off',
  reconnectTimeWait: 100,
  reconnectJitter: 50,
});

const told = { upTo: 0, wake: [] };
process.on('message', ({ upTo }) => {
  told.upTo = upTo;
  for (const go of told.wake.splice(0)) go();
});
// whoever started it is gone
process.on('disconnect', () => process.exit(1));

async function allowed(id) {
  while (id >= told.upTo) await new Promise((resolve) => told.wake.push(resolve));
}

let next = first;

async function store(id) {
  for (;;) {
    try {
      await client.publish(`${stream.name}.${id % 16}`, { id }, { msgId: `m${id}` });
      return;
    } catch (error) {
      if (!PASSING.some((code) => isNatsTransportError(error, code))) throw error;
      await sleep(RETRY_MS);
    }
  }
}

async function lane() {
  for (;;) {
    const id = next;
    if (id >= messages) return;
    next += step;
    await allowed(id);
    note('try', id);
    await store(id);
    note('ack', id);
  }
}

await client.connect();
process.send('ready');
await Promise.all(Array.from({ length: inFlight }, lane));
process.send('done');
await client.close();
process.removeAllListeners('disconnect');
process.disconnect();
