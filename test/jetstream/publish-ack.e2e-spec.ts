import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type NatsInterceptor, NatsRecordBuilder, type PubAck } from 'nestjs-nats';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { captureLog } from '../support/captured-log.js';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench({ jetstream: true });
let stage: JsStage;
beforeAll(() => bench.start());
beforeEach(async () => void (stage = await JsStage.open(bench)));
afterEach(() => bench.clear());
afterAll(() => bench.stop());

let count = 0;
/** Declares a stream of the test's own: its name, and a subject that it takes. */
function declare(): {
  name: string;
  subject: string;
  streams: { name: string; subjects: string[] }[];
} {
  const name = `ACK${++count}`;
  const subject = `ack${count}.orders.created`;
  return { name, subject, streams: [{ name, subjects: [`ack${count}.>`] }] };
}

async function messagesIn(stream: string): Promise<number> {
  try {
    return (await stage.jsm.streams.info(stream)).state.messages;
  } catch {
    // it is not made yet
    return 0;
  }
}

async function stored(stream: string, seq: number): Promise<unknown> {
  const message = await stage.jsm.streams.getMessage(stream, { seq });
  return message && { subject: message.subject, data: message.json() };
}

describe('publishing to a declared stream', () => {
  it('resolves to the acknowledgement, when the stream has the message', async () => {
    const { name, subject, streams } = declare();
    const client = bench.client({ streams });
    const order = { id: 7, note: 'äß–漢' };
    await expect(client.publish(subject, order)).resolves.toEqual({
      stream: name,
      seq: 1,
      duplicate: false,
    });
    await expect(client.publish(subject, 2)).resolves.toMatchObject({ seq: 2 });
    await expect(stored(name, 1)).resolves.toEqual({ subject, data: order });
  });

  it('emit() emits the acknowledgement, and completes', async () => {
    const { name, subject, streams } = declare();
    const acks = bench.client({ streams }).emit<PubAck>(subject, 1).pipe(toArray());
    await expect(lastValueFrom(acks)).resolves.toEqual([
      { stream: name, seq: 1, duplicate: false },
    ]);
  });

  it('emit() stores the message with no subscriber to its result', async () => {
    const { name, subject, streams } = declare();
    bench.client({ streams }).emit(subject, 1);
    await waitFor(async () => (await messagesIn(name)) === 1, { what: 'the message' });
  });

  it('keeps the order of messages published in one turn, also before there is a connection', async () => {
    const { name, subject, streams } = declare();
    const client = bench.client({ streams });
    const numbers = Array.from({ length: 300 }, (_, i) => i + 1);
    const first = await Promise.all(numbers.map((n) => client.publish(subject, n)));
    const second = await Promise.all(numbers.map((n) => client.publish(subject, n)));
    expect(first.map((ack) => ack?.seq)).toEqual(numbers);
    expect(second.map((ack) => ack?.seq)).toEqual(numbers.map((n) => 300 + n));
    await expect(stored(name, 450)).resolves.toMatchObject({ data: 150 });
  });

  it('publishes on other subjects as core NATS does', async () => {
    const { streams } = declare();
    const client = bench.client({ streams });
    await expect(client.publish('ack.nobody', 1)).resolves.toBeUndefined();
  });

  it('publishes as core NATS does on subjects of a stream that is not declared', async () => {
    const { name, subject, streams } = declare();
    await stage.stream(name, streams[0]!.subjects);
    await expect(bench.client().publish(subject, 1)).resolves.toBeUndefined();
  });

  it('works with an envelope, a codec and headers as any event does', async () => {
    const { name, subject, streams } = declare();
    const client = bench.client({ streams, headers: { App: 'a' } });
    await client.publish(subject, 'text', { codec: 'text', headers: { Tenant: 'acme' } });
    const message = await stage.jsm.streams.getMessage(name, { seq: 1 });
    expect(Object.fromEntries(message!.header)).toEqual({
      'Content-Type': ['text/plain'],
      Tenant: ['acme'],
      App: ['a'],
    });
    await bench.client({ streams, envelope: 'nest' }).publish(subject, 'x');
    await expect(stored(name, 2)).resolves.toMatchObject({ data: { pattern: subject, data: 'x' } });
  });

  it('is handed to subscribers of core NATS as well', async () => {
    const { subject, streams } = declare();
    const seen: string[] = [];
    stage.peer.subscribe(subject, { callback: (_, message) => void seen.push(message.string()) });
    await stage.peer.flush();
    await bench.client({ streams }).publish(subject, 1);
    await waitFor(() => seen.length === 1, { what: 'the event' });
  });
});

describe('a stream that is named for one message', () => {
  it('is waited for, though it is not declared', async () => {
    const { name, subject, streams } = declare();
    await stage.stream(name, streams[0]!.subjects);
    const ack: PubAck = await bench.client().publish(subject, 1, { stream: name });
    expect(ack).toEqual({ stream: name, seq: 1, duplicate: false });
    const record = new NatsRecordBuilder(2).stream(name).build();
    await expect(firstValueFrom(bench.client().emit(subject, record))).resolves.toMatchObject({
      seq: 2,
    });
  });

  it('is the only one that may store it', async () => {
    const { name, subject, streams } = declare();
    await stage.stream(name, streams[0]!.subjects);
    const failure = await rejection(bench.client().publish(subject, 1, { stream: 'OTHER' }));
    expect(failure).toMatchObject({ code: 'CONFLICT', details: { subject, apiCode: 10_060 } });
    await expect(messagesIn(name)).resolves.toBe(0);
  });
});

describe('delivery at most once', () => {
  it('waits for no acknowledgement; the stream stores it all the same', async () => {
    const { name, subject, streams } = declare();
    const client = bench.client({ streams });
    await client.publish(subject, 1);
    const sent: undefined = await client.publish(subject, 2, { delivery: 'at-most-once' });
    expect(sent).toBeUndefined();
    const record = new NatsRecordBuilder(3).delivery('at-most-once').msgId('three').build();
    await firstValueFrom(client.emit(subject, record));
    await waitFor(async () => (await messagesIn(name)) === 3, { what: 'the message' });
  });

  it('is what a stream without acknowledgements has', async () => {
    const { name, subject, streams } = declare();
    const client = bench.client({ streams: [{ ...streams[0]!, no_ack: true }] });
    await expect(client.publish(subject, 1)).resolves.toBeUndefined();
    await waitFor(async () => (await messagesIn(name)) === 1, { what: 'the message' });
  });
});

describe('answers to a message that are not the stream’s', () => {
  it('are passed over', async () => {
    const { name, subject, streams } = declare();
    await stage.stream(name, streams[0]!.subjects);
    const answers = ['', 'ok', '{"stream":"","seq":1}', '{"seq":9}', '{"error":"no"}'];
    stage.peer.subscribe(subject, {
      callback: (_, message) => answers.forEach((answer) => message.respond(answer)),
    });
    await stage.peer.flush();
    const client = bench.client({ streams });
    for (let seq = 1; seq <= 20; seq++) {
      await expect(client.publish(subject, seq)).resolves.toMatchObject({ stream: name, seq });
    }
  });
});

describe('interceptors', () => {
  it('see messages to streams as events, and the acknowledgement', async () => {
    const { name, subject, streams } = declare();
    const seen: unknown[] = [];
    const spy: NatsInterceptor = async (operation, next) => {
      if (operation.kind === 'publish') operation.headers.set('Seen', '1');
      const ack = await next();
      seen.push([operation.kind, operation.subject, ack]);
    };
    const client = bench.client({ streams, interceptors: [spy] });
    const ack = { stream: name, seq: 1, duplicate: false };
    // the interceptor returns nothing, which takes nothing from the caller
    await expect(client.publish(subject, 1)).resolves.toEqual(ack);
    expect(seen).toEqual([['publish', subject, ack]]);
    const message = await stage.jsm.streams.getMessage(name, { seq: 1 });
    expect(message?.header.get('Seen')).toBe('1');
  });

  it('see why a message is not stored, and may keep it to themselves', async () => {
    const { name, subject, streams } = declare();
    await stage.stream(name, streams[0]!.subjects, { max_msg_size: 10 });
    const seen: unknown[] = [];
    const spy: NatsInterceptor = (_, next) => next().catch((error) => seen.push(error));
    const client = bench.client({ streams, provision: 'off', interceptors: [spy] });
    await expect(client.publish(subject, 'x'.repeat(20))).resolves.toBeUndefined();
    expect(seen).toEqual([expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' })]);
  });
});

describe('closing', () => {
  it('waits for acknowledgements that are under way', async () => {
    const { name, subject, streams } = declare();
    const client = bench.client({ streams });
    const acks = Array.from({ length: 50 }, (_, i) => client.publish(subject, i));
    await client.close();
    expect(await Promise.all(acks)).toHaveLength(50);
    await expect(messagesIn(name)).resolves.toBe(50);
  });
});

it('logs an event that was lost when nobody listens', async () => {
  const { subject, streams } = declare();
  const log = captureLog();
  bench.own(() => log.stop());
  bench.client({ streams, provision: 'off' }).emit(subject, 1);
  await waitFor(() => log.lines.some((line) => line.includes('An event was lost')), {
    what: 'a line in the log',
  });
  expect(log.lines.join('\n')).toContain(`"${subject}"`);
});
