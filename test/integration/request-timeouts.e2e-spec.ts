import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import { lastValueFrom } from 'rxjs';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Subscribes to a subject and keeps what is asked, unanswered. */
async function silence(
  subject: string,
): Promise<{ asked: Msg[]; answer: (text: string) => Promise<void> }> {
  const peer = await bench.peer();
  const asked: Msg[] = [];
  peer.subscribe(subject, { callback: (_, message) => void asked.push(message) });
  await peer.flush();
  return {
    asked,
    answer: async (text) => {
      for (const message of asked) message.respond(text);
      await peer.flush();
    },
  };
}

describe('a request without an answer', () => {
  it("ends with TIMEOUT after the call's timeoutMs", async () => {
    await silence('slow.call');
    const client = bench.client({ timeoutMs: 60_000 });
    await client.connect();
    const start = performance.now();
    const error = await rejection(client.request('slow.call', {}, { timeoutMs: 80 }));
    expect(performance.now() - start).toBeGreaterThanOrEqual(79);
    expect(error).toMatchObject({
      name: 'NatsTransportError',
      code: 'TIMEOUT',
      message: expect.stringMatching(/"slow\.call" within 80 ms/),
      details: { subject: 'slow.call', timeoutMs: 80 },
    });
  });

  it("ends with TIMEOUT after the client's timeoutMs", async () => {
    await silence('slow.client');
    const client = bench.client({ timeoutMs: 60 });
    await expect(client.request('slow.client', {})).rejects.toMatchObject({
      code: 'TIMEOUT',
      details: { timeoutMs: 60 },
    });
    await expect(lastValueFrom(client.send('slow.client', {}))).rejects.toMatchObject({
      code: 'TIMEOUT',
      details: { timeoutMs: 60 },
    });
  });

  it.each([0, -1, Number.NaN, Infinity, 2 ** 31])('refuses timeoutMs %p', async (timeoutMs) => {
    const { asked, answer } = await silence('slow.refused');
    const refused = bench.client().request('slow.refused', {}, { timeoutMs });
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    await answer('');
    expect(asked).toEqual([]);
  });

  it('ends each request by its own time, the shorter first', async () => {
    await silence('slow.many');
    const client = bench.client();
    await client.connect();
    const order: number[] = [];
    const waits = [200, 50, 120].map(async (timeoutMs) => {
      await rejection(client.request('slow.many', {}, { timeoutMs }));
      order.push(timeoutMs);
    });
    await Promise.all(waits);
    expect(order).toEqual([50, 120, 200]);
  });
});

it('an answer that comes too late is dropped, and the next request gets its own', async () => {
  const { asked, answer } = await silence('slow.late');
  const peer = await bench.peer();
  peer.subscribe('slow.prompt', { callback: (_, message) => void message.respond('"prompt"') });
  await peer.flush();
  const client = bench.client();
  const late = client.request('slow.late', {}, { timeoutMs: 30 });
  await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(asked).toHaveLength(1);
  await answer('"late"');
  await expect(client.request('slow.prompt', {})).resolves.toBe('prompt');
});
