import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Msg } from '@nats-io/transport-node';
import { firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import { type NatsClient, NatsSharedConnection } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { pendingRequests } from '../support/pending-requests.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

interface Stage {
  client: NatsClient;
  /** The requests that have come to a responder that says nothing on its own. */
  requests: Msg[];
  pending: () => number;
  /** Waits until the server has delivered whatever was sent to the responder before. */
  settled: () => Promise<void>;
}

async function stage(): Promise<Stage> {
  const peer = await bench.peer();
  const requests: Msg[] = [];
  peer.subscribe('gather.cold', { callback: (_, message) => void requests.push(message) });
  await peer.flush();
  const connection = new NatsSharedConnection({ servers: bench.server.url });
  const client = bench.client({ connection });
  await client.connect();
  return {
    client,
    requests,
    pending: () => pendingRequests(connection),
    settled: async () => {
      await client.unwrap().flush();
      await peer.flush();
    },
  };
}

it('N5: gather() sends nothing before somebody subscribes', async () => {
  const { client, requests, pending, settled } = await stage();
  client.gather('gather.cold', {});
  await settled();
  expect(requests).toHaveLength(0);
  expect(pending()).toBe(0);
});

it('N5: gather() asks anew for each subscriber', async () => {
  const { client, requests } = await stage();
  const answers = client.gather('gather.cold', {}, { timeoutMs: 100 });
  await Promise.all([
    lastValueFrom(answers.pipe(toArray())),
    lastValueFrom(answers.pipe(toArray())),
  ]);
  expect(requests).toHaveLength(2);
  expect(requests[0]!.reply).not.toBe(requests[1]!.reply);
});

it('N5: unsubscribing ends the request: nothing is kept, and what comes late is not heard', async () => {
  const { client, requests, pending, settled } = await stage();
  const heard: unknown[] = [];
  const subscription = client
    .gather('gather.cold', {}, { timeoutMs: 20_000 })
    .subscribe((answer) => heard.push(answer));
  await waitFor(() => requests.length === 1, { what: 'the request' });
  requests[0]!.respond('1');
  await waitFor(() => heard.length === 1, { what: 'the first answer' });
  expect(pending()).toBe(1);
  subscription.unsubscribe();
  expect(pending()).toBe(0);
  requests[0]!.respond('2');
  await settled();
  await client.unwrap().flush();
  expect(heard).toEqual([1]);
});

it('N5: unsubscribing in the same turn sends nothing', async () => {
  const { client, requests, pending, settled } = await stage();
  client.gather('gather.cold', {}).subscribe().unsubscribe();
  await settled();
  expect(requests).toHaveLength(0);
  expect(pending()).toBe(0);
});

it('N5: whoever takes fewer answers than come leaves nothing behind', async () => {
  const { client, requests, pending } = await stage();
  const answers = client.gather('gather.cold', {}, { timeoutMs: 20_000 });
  const two = firstValueFrom(answers.pipe(take(2), toArray()));
  await waitFor(() => requests.length === 1, { what: 'the request' });
  for (const n of [1, 2, 3]) requests[0]!.respond(`${n}`);
  await expect(two).resolves.toEqual([1, 2]);
  expect(pending()).toBe(0);
});

it('N5: the end leaves nothing behind, whatever ended it', async () => {
  const { client, requests, pending } = await stage();
  await lastValueFrom(client.gather('gather.cold', {}, { timeoutMs: 20 }).pipe(toArray()));
  expect(pending()).toBe(0);
  const full = lastValueFrom(client.gather('gather.cold', {}, { max: 1 }).pipe(toArray()));
  await waitFor(() => requests.length === 2, { what: 'the second request' });
  requests[1]!.respond('1');
  await expect(full).resolves.toEqual([1]);
  expect(pending()).toBe(0);
  await expect(lastValueFrom(client.gather('gather.nobody', {}))).rejects.toMatchObject({
    code: 'NO_RESPONDERS',
  });
  expect(pending()).toBe(0);
});
