// An unhandled rejection or exception anywhere in this process fails the test that runs.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import fc from 'fast-check';
import { lastValueFrom, toArray } from 'rxjs';
import { type NatsClient, NatsMessageContext } from 'nestjs-nats';
import { captureLog } from '../support/captured-log.js';
import { heapInUse } from '../support/heap.js';
import { KNOWN_HARM } from '../support/hostile-corpus.js';
import { type HostileMessage, hostileMessage } from '../support/hostile-message.js';
import { connections } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { SEED, sized } from '../support/scale.js';
import { watchUnhandledRejections } from '../support/unhandled-rejections.js';
import { waitFor } from '../support/wait-for.js';

const INPUTS = sized(10_000, 100_000);
const REPLIES = sized(1_000, 10_000);
const BATCH = 500;
/** What a leak of a few hundred bytes for each input would be far above. */
const FLAT_BYTES = 6_000_000;

@Controller()
class Target {
  @MessagePattern<string>('input.:a.ask')
  ask(@Payload() data: unknown, @Ctx() ctx: NatsMessageContext): unknown {
    // a handler that looks at everything there is
    return [typeof data, ctx.params, ctx.headers?.keys(), ctx.getMetadata(), ctx.remainingMs];
  }

  @EventPattern<string>('input.>')
  onEvent(@Payload() _data: unknown, @Ctx() ctx: NatsMessageContext): void {
    ctx.headers?.keys();
    ctx.signal.throwIfAborted();
  }

  @MessagePattern('honest')
  honest(): string {
    return 'honest';
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Every word that the protocol can carry, as bytes: no white space, and not empty. */
const word = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .map((bytes) => bytes.map((byte) => (byte <= 0x20 ? 0x2e : byte)));
const subjects = fc.oneof(
  fc.constantFrom('input.x.ask', 'input.event', 'input.*.ask', 'input.>', 'input..ask', 'input.'),
  word.map((bytes) => Buffer.concat([Buffer.from('input.'), bytes])),
  word.map((bytes) => Buffer.concat([Buffer.from('input.'), bytes, Buffer.from('.ask')])),
);
interface HostileInput {
  readonly subject: string | Uint8Array;
  readonly message: HostileMessage;
}

const inputs: fc.Arbitrary<HostileInput> = fc.record({
  subject: subjects,
  message: hostileMessage,
});

/** The corpus first, then as many as are still wanted. */
function hostileInputs(count: number): HostileInput[] {
  const known = KNOWN_HARM.flatMap((message) => [
    { subject: 'input.x.ask', message },
    { subject: 'input.event', message },
  ]);
  return [...known, ...fc.sample(inputs, { numRuns: count - known.length, seed: SEED })];
}

async function subscriptions(name: string): Promise<number | undefined> {
  return (await connections(bench.server)).find((one) => one.name === name)?.subscriptions;
}

it(`F1: a service outlives 10,000 hostile inputs and leaves nothing of them (seed ${SEED})`, async () => {
  const { app, strategy } = await bench.create([Target], { name: 'target' });
  await app.listen();
  const client = bench.client();
  const [raw, log, rejections] = [await bench.raw(), captureLog(), watchUnhandledRejections()];
  const before = await subscriptions('target');
  const idle = (): Promise<void> =>
    waitFor(() => strategy.counters.underWay === 0, { what: 'all to be handled' });
  let requests = 0;
  const send = async (count: number): Promise<void> => {
    const all = hostileInputs(count);
    for (const [i, { subject, message }] of all.entries()) {
      const { payload, headers, reply } = message;
      // every third asks where it may
      const to = i % 3 === 0 ? `_INBOX.caller.${++requests}` : reply;
      raw.publish(subject, payload, { headers, reply: to });
      if (i % BATCH > 0) continue;
      await raw.flush();
      await expect(client.request('honest', i)).resolves.toBe('honest');
    }
    await raw.flush();
    await idle();
  };

  // what is made once and kept is made by then
  await send(2_000);
  const heapBefore = await heapInUse();
  await send(INPUTS);
  await expect(client.request('honest', {})).resolves.toBe('honest');
  expect((await heapInUse()) - heapBefore).toBeLessThan(FLAT_BYTES);

  expect(await subscriptions('target')).toBe(before);
  expect(strategy.counters.unanswered).toBe(0);
  expect(strategy.counters.unreadable).toBeGreaterThan(INPUTS / 20);
  expect(strategy.counters.repliesRefused).toBeGreaterThan(0);
  await app.close();
  log.stop();
  rejections.stop();
  expect(rejections.reasons).toEqual([]);
  expect(log.lines.filter((line) => !line.startsWith('warn'))).toEqual([]);
  expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
}, 120_000);

/** Asks in every way, and gives the codes of those that failed. */
async function ask(client: NatsClient, n: number): Promise<unknown[]> {
  const outcomes = await Promise.allSettled([
    client.request('hostile', n),
    lastValueFrom(client.send('hostile', n).pipe(toArray())),
    lastValueFrom(client.gather('hostile', n, { max: 1 }).pipe(toArray())),
  ]);
  return outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [(outcome.reason as { code?: unknown }).code] : [],
  );
}

it(`F4: a client outlives 1,000 hostile replies and leaves nothing of them (seed ${SEED})`, async () => {
  const [raw, peer] = await Promise.all([bench.raw(), bench.peer()]);
  const rejections = watchUnhandledRejections();
  const answers = [
    ...KNOWN_HARM,
    ...fc.sample(hostileMessage, { numRuns: REPLIES - KNOWN_HARM.length, seed: SEED }),
  ];
  peer.subscribe('hostile', {
    callback: (_, { data, reply }) => {
      const { payload, headers, reply: calledOff } = answers[Number(Buffer.from(data).toString())]!;
      raw.publish(reply!, payload, { headers, reply: calledOff });
      // a first frame keeps a stream open; this ends it
      raw.publish(reply!, '"done"');
    },
  });
  peer.subscribe('honest', { callback: (_, message) => void message.respond('"honest"') });
  await peer.flush();
  const client = bench.client({ name: 'asking', timeoutMs: 10_000 });
  await expect(client.request('honest', {})).resolves.toBe('honest');
  const before = await subscriptions('asking');
  let heapBefore = 0;
  for (const n of answers.keys()) {
    if (n === 200) heapBefore = await heapInUse();
    // each failure is one of ours or the responder's, and none had to wait for its timeout
    const odd = (await ask(client, n)).filter(
      (code) => typeof code !== 'string' || code === 'TIMEOUT',
    );
    expect({ answer: answers[n], odd }).toEqual({ answer: answers[n], odd: [] });
    expect(await client.request('honest', n)).toBe('honest');
  }
  await expect(client.request('honest', {})).resolves.toBe('honest');
  expect((await heapInUse()) - heapBefore).toBeLessThan(FLAT_BYTES);
  expect(client.counters.pending).toBe(0);
  expect(await subscriptions('asking')).toBe(before);
  rejections.stop();
  expect(rejections.reasons).toEqual([]);
}, 120_000);
