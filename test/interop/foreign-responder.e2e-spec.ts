import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { headers, type Msg } from 'nats';
import { lastValueFrom, toArray } from 'rxjs';
import { foreignPeer, listenTo } from '../support/foreign-peer.js';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function responder(answer: (message: Msg) => void): Promise<Msg[]> {
  return listenTo(await foreignPeer(bench), 'foreign.ask', answer);
}

function failing(message: Msg, code: string, text: string, body?: string): void {
  const failed = headers();
  failed.set('Nats-Service-Error-Code', code);
  failed.set('Nats-Service-Error', text);
  message.respond(body, { headers: failed });
}

describe('a foreign responder answers', () => {
  it.each([
    ['{"a":[1,null]}', { a: [1, null] }],
    ['"text"', 'text'],
    ['0', 0],
    ['false', false],
    ['null', null],
    ['""', ''],
  ])('request() and send() with %s', async (json, value) => {
    const asked = await responder((message) => message.respond(json));
    const client = bench.client();
    await expect(client.request('foreign.ask', { q: 1 })).resolves.toEqual(value);
    const sent = client.send('foreign.ask', { q: 1 }).pipe(toArray());
    await expect(lastValueFrom(sent)).resolves.toEqual([value]);
    // what it sees is plain: the JSON, a reply subject, and no framing of ours
    expect(asked.map((message) => message.string())).toEqual(['{"q":1}', '{"q":1}']);
    for (const message of asked) expect(message.reply).toMatch(/^_INBOX\./);
  });

  it('with nothing', async () => {
    await responder((message) => message.respond());
    const client = bench.client();
    await expect(client.request('foreign.ask', 1)).resolves.toBeUndefined();
    const sent = client.send('foreign.ask', 1).pipe(toArray());
    await expect(lastValueFrom(sent)).resolves.toEqual([]);
  });

  it('with headers of its own', async () => {
    await responder((message) => {
      const own = headers();
      own.set('x-own', 'y');
      message.respond('1', { headers: own });
    });
    await expect(bench.client().request('foreign.ask', 1)).resolves.toBe(1);
  });

  it('in another codec, named by the Content-Type', async () => {
    await responder((message) => {
      const own = headers();
      own.set('Content-Type', 'text/plain');
      message.respond('plain', { headers: own });
    });
    await expect(bench.client().request('foreign.ask', 1)).resolves.toBe('plain');
  });

  it('twice: the first answer counts, also for the request after', async () => {
    await responder((message) => {
      message.respond(`"1 of ${message.string()}"`);
      message.respond(`"2 of ${message.string()}"`);
    });
    const client = bench.client();
    const sent = client.send('foreign.ask', 1).pipe(toArray());
    await expect(lastValueFrom(sent)).resolves.toEqual(['1 of 1']);
    await expect(client.request('foreign.ask', 2)).resolves.toBe('1 of 2');
  });
});

describe('a foreign responder answers with an error (ADR-32)', () => {
  it('without a body', async () => {
    await responder((message) => failing(message, '404', 'no such order'));
    await expect(bench.client().request('foreign.ask', 1)).rejects.toMatchObject({
      name: 'RemoteError',
      code: 'ERROR',
      message: 'no such order',
      status: 404,
      subject: 'foreign.ask',
    });
  });

  it('with a JSON body', async () => {
    const body = '{"code":"GONE","message":"sold","details":[1]}';
    await responder((message) => failing(message, '410', 'gone', body));
    await expect(lastValueFrom(bench.client().send('foreign.ask', 1))).rejects.toMatchObject({
      name: 'RemoteError',
      code: 'GONE',
      message: 'sold',
      details: [1],
      status: 410,
    });
  });

  it('with a body that is no JSON', async () => {
    await responder((message) => failing(message, '500', 'broken', '<html>'));
    await expect(bench.client().request('foreign.ask', 1)).rejects.toMatchObject({
      name: 'RemoteError',
      message: 'broken',
      status: 500,
    });
  });
});
