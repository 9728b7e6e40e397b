import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function silence(subject: string): Promise<Msg[]> {
  const peer = await bench.peer();
  const asked: Msg[] = [];
  peer.subscribe(subject, { callback: (_, message) => void asked.push(message) });
  await peer.flush();
  return asked;
}

it("a request under way rejects with the signal's reason", async () => {
  const asked = await silence('abort.underway');
  const abort = new AbortController();
  const answer = bench.client().request('abort.underway', {}, { signal: abort.signal });
  const refused = rejection(answer);
  await waitFor(() => asked.length === 1, { what: 'the request' });
  const reason = new Error('changed my mind');
  abort.abort(reason);
  await expect(refused).resolves.toBe(reason);
});

it('a signal that is aborted already keeps the request from being sent', async () => {
  const asked = await silence('abort.before');
  const client = bench.client();
  const signal = AbortSignal.abort(new Error('too late'));
  await expect(client.request('abort.before', {}, { signal })).rejects.toThrow('too late');
  await client.publish('abort.before', 'marker');
  await waitFor(() => asked.length > 0, { what: 'the marker' });
  expect(asked.map((message) => message.json())).toEqual(['marker']);
});

it('a signal that is aborted while the client connects ends the request', async () => {
  await silence('abort.connecting');
  const abort = new AbortController();
  const refused = rejection(
    bench.client().request('abort.connecting', {}, { signal: abort.signal, timeoutMs: 20_000 }),
  );
  abort.abort(new Error('while connecting'));
  await expect(refused).resolves.toMatchObject({ message: 'while connecting' });
});

it('a signal that times out before the request does ends it', async () => {
  await silence('abort.timeout');
  const signal = AbortSignal.timeout(30);
  await expect(
    bench.client().request('abort.timeout', {}, { signal, timeoutMs: 20_000 }),
  ).rejects.toMatchObject({ name: 'TimeoutError' });
});

it('an answer to an aborted request is dropped, and the next request gets its own', async () => {
  const asked = await silence('abort.late');
  const client = bench.client();
  const abort = new AbortController();
  const refused = rejection(client.request('abort.late', {}, { signal: abort.signal }));
  await waitFor(() => asked.length === 1, { what: 'the request' });
  abort.abort(new Error('stop'));
  await expect(refused).resolves.toMatchObject({ message: 'stop' });
  const next = client.request('abort.late', {});
  await waitFor(() => asked.length === 2, { what: 'the next request' });
  asked[0]!.respond('"late"');
  asked[1]!.respond('"mine"');
  await expect(next).resolves.toBe('mine');
});
