import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { NatsMessageContext } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Victim {
  readonly handled: unknown[] = [];

  @MessagePattern('victim.ask')
  ask(@Payload() data: unknown): unknown {
    this.handled.push(data);
    return { data };
  }

  @MessagePattern('victim.headers')
  headers(@Ctx() ctx: NatsMessageContext): unknown {
    return ctx.getHeaders()?.keys() ?? 'none';
  }

  @EventPattern('victim.event')
  onEvent(@Payload() data: unknown): void {
    this.handled.push(data);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const deep = '['.repeat(100_000) + ']'.repeat(100_000);

const UNREADABLE: [name: string, payload: string | Buffer, headers?: string][] = [
  ['text that is not JSON', '{"open": '],
  ['a secret that is not JSON', 'hunter2 is the password'],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ['nesting too deep', deep],
  ['a key that reaches for the prototype', '{"a":{"__proto__":{"admin":true}}}'],
  ['one written with escapes', String.raw`{"\u005f_proto__":{"admin":true}}`],
  ['a constructor with a prototype', '{"constructor":{"prototype":{"admin":true}}}'],
  ['an unknown content type', '1', '\r\nContent-Type: application/x-bomb'],
];

async function answers(peer: NatsConnection): Promise<{ inbox: string; received: Msg[] }> {
  const inbox = createInbox();
  const received: Msg[] = [];
  peer.subscribe(inbox, { callback: (_, message) => void received.push(message) });
  await peer.flush();
  return { inbox, received };
}

describe.each(UNREADABLE)('%s', (_, payload, headers) => {
  it('F23: as a request is answered with BAD_REQUEST at once, in fixed words', async () => {
    const app = await bench.listen([Victim]);
    const [raw, peer] = await Promise.all([bench.raw(), bench.peer()]);
    const { inbox, received } = await answers(peer);
    raw.publish('victim.ask', payload, { headers, reply: inbox });
    await waitFor(() => received.length > 0, { what: 'the answer', timeoutMs: 2_000 });
    const [answer] = received;
    expect(answer!.json()).toEqual({ code: 'BAD_REQUEST', message: 'The payload cannot be read' });
    expect(answer!.headers?.get('Nats-Service-Error-Code')).toBe('400');
    expect(answer!.headers?.get('Nats-Service-Error')).toBe('The payload cannot be read');
    // the service goes on, and the handler never saw it
    await expect(bench.client().request('victim.ask', 1)).resolves.toEqual({ data: 1 });
    expect(app.get(Victim).handled).toEqual([1]);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it('F24: as an event is not handled, and the next is', async () => {
    const app = await bench.listen([Victim]);
    const raw = await bench.raw();
    raw.publish('victim.event', payload, { headers });
    raw.publish('victim.event', '"next"');
    await raw.flush();
    await app.close();
    expect(app.get(Victim).handled).toEqual(['next']);
  });
});

it('F1: malformed headers of requests and events do not stop the service', async () => {
  const app = await bench.listen([Victim]);
  const [raw, peer] = await Promise.all([bench.raw(), bench.peer()]);
  const { inbox, received } = await answers(peer);
  for (const headers of [
    '\r\nBad Name: x',
    '\r\n: empty',
    '\r\nnothing',
    ' abc',
    '\r\nA: \u0000',
  ]) {
    raw.publish('victim.ask', '1', { headers, reply: inbox });
    raw.publish('victim.headers', '1', { headers, reply: inbox });
    raw.publish('victim.event', '1', { headers });
  }
  raw.publish('victim.event', '"next"');
  await raw.flush();
  await expect(bench.client().request('victim.ask', 'then')).resolves.toEqual({ data: 'then' });
  // nobody waits for a timeout: every request was answered, one way or the other
  await waitFor(() => received.length === 10, { what: () => `10 answers, got ${received.length}` });
  await app.close();
  expect(app.get(Victim).handled).toContain('next');
});

it('an empty request is one without a payload', async () => {
  const app = await bench.listen([Victim]);
  const [raw, peer] = await Promise.all([bench.raw(), bench.peer()]);
  const { inbox, received } = await answers(peer);
  raw.publish('victim.ask', '', { reply: inbox });
  await waitFor(() => received.length > 0, { what: 'the answer' });
  expect(received[0]!.string()).toBe('{}');
  expect(app.get(Victim).handled).toEqual([undefined]);
});

it('a request to an event handler is handled, and never answered', async () => {
  const app = await bench.listen([Victim]);
  const [raw, peer] = await Promise.all([bench.raw(), bench.peer()]);
  const { inbox, received } = await answers(peer);
  raw.publish('victim.event', '"asked"', { reply: inbox });
  raw.publish('victim.event', 'not JSON', { reply: inbox });
  await raw.flush();
  await app.close();
  peer.publish(inbox, 'marker');
  await peer.flush();
  expect(app.get(Victim).handled).toEqual(['asked']);
  expect(received.map((message) => message.string())).toEqual(['marker']);
});

it('an event on the subject of a request handler is handled, and nothing is answered', async () => {
  const app = await bench.listen([Victim]);
  const client = bench.client();
  await client.publish('victim.ask', 'just so you know', { confirm: 'flush' });
  await app.close();
  expect(app.get(Victim).handled).toEqual(['just so you know']);
});
