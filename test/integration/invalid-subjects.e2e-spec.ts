import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { lastValueFrom } from 'rxjs';
import type { NatsClient } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const INVALID: [name: string, subject: unknown, why: RegExp][] = [
  ['the empty text', '', /empty/],
  ['an empty token', 'a..b', /empty token/],
  ['a space', 'a b', /a space/],
  ['a dot at the start', '.a', /empty token/],
  ['a dot at the end', 'a.', /empty token/],
  ['injected protocol', 'a 1\r\nx\r\nPUB injected 2', /a space/],
  ['injected protocol without a space', 'a\r\nPING\r\n', /CR/],
  ['LF', 'a\nb', /LF/],
  ['a tab', 'a\tb', /a tab/],
  ['NUL', 'a\u0000b', /NUL/],
  ['the wildcard "*"', 'a.*', /wildcard "\*"/],
  ['the wildcard ">"', 'a.>', /wildcard ">"/],
  ['nothing but ">"', '>', /wildcard ">"/],
  ['5000 characters', 'x'.repeat(5_000), /longer than/],
];

const WAYS: [name: string, call: (client: NatsClient, subject: string) => Promise<unknown>][] = [
  ['publish', (client, subject) => client.publish(subject, 'x')],
  ['emit', (client, subject) => lastValueFrom(client.emit(subject, 'x'))],
  ['request', (client, subject) => client.request(subject, 'x')],
  ['send', (client, subject) => lastValueFrom(client.send(subject, 'x'))],
];

/** Runs `calls` and gives the subjects of everything that reached the wire by then. */
async function onTheWire(calls: (client: NatsClient) => Promise<void>): Promise<string[]> {
  const subjects: string[] = [];
  const witness = await bench.peer();
  witness.subscribe('>', { callback: (_, message) => void subjects.push(message.subject) });
  await witness.flush();
  const client = bench.client();
  await client.connect();
  await calls(client);
  await client.publish('marker', 'end');
  await waitFor(() => subjects.includes('marker'), { what: 'the marker' });
  // the connection that was used is alive and the same: a server closes it for broken protocol
  expect(client.unwrap().stats().outMsgs).toBe(1);
  return subjects;
}

describe.each(WAYS)('N8, N9: %s()', (_, call) => {
  it.each(INVALID)('refuses %s before the wire', async (_name, subject, why) => {
    const seen = await onTheWire(async (client) => {
      await expect(call(client, subject as string)).rejects.toMatchObject({
        name: 'NatsTransportError',
        code: 'INVALID_SUBJECT',
        message: expect.stringMatching(why),
      });
    });
    expect(seen).toEqual(['marker']);
  });

  it.each([undefined, null])('refuses %p', async (subject) => {
    const seen = await onTheWire(async (client) => {
      // emit() and send() leave this to Nest's own check
      await expect(call(client, subject as unknown as string)).rejects.toThrow(
        /not a string|it is null|invalid data or message pattern/,
      );
    });
    expect(seen).toEqual(['marker']);
  });
});

it('N8: sends a subject of unusual but legal characters as it is', async () => {
  const subject = 'ünï.漢字.a*b.x>y.{"cmd":"sum"}.-_/\\';
  const subjects: string[] = [];
  const witness = await bench.peer();
  witness.subscribe('>', { callback: (_, message) => void subjects.push(message.subject) });
  await witness.flush();
  await bench.client().publish(subject, 'x', { confirm: 'flush' });
  await witness.flush();
  expect(subjects).toEqual([subject]);
});
