import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

let events: unknown[];

@Controller()
class Handlers {
  @MessagePattern('alike.echo')
  echo(@Payload() data: unknown): unknown {
    return { received: data };
  }

  @EventPattern('alike.event')
  event(@Payload() data: unknown): void {
    events.push(data);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  events = [];
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const PLAIN: [what: string, payload: unknown][] = [
  ['another pattern', { pattern: 'floral', data: 1 }],
  ['another pattern, and an id', { pattern: 'floral', data: 1, id: '7' }],
  ['another key', { pattern: 'alike.echo', data: 1, id: '7', size: 'L' }],
  ['a key in place of pattern', { topic: 'alike.echo', data: 1, id: '7' }],
  ['no pattern', { data: 1, id: '7' }],
  ['an id that is no text', { pattern: 'alike.echo', data: 1, id: 7 }],
  ['an object as pattern', { pattern: { cmd: 'alike.echo' }, data: 1, id: '7' }],
  ['nothing but a pattern of no text', { pattern: null }],
  ['a list', [{ pattern: 'alike.echo', data: 1, id: '7' }]],
  ['a text', '{"pattern":"alike.echo","data":1,"id":"7"}'],
];

describe("under 'both', a plain payload stays as it is, and is answered plainly, with", () => {
  it.each(PLAIN)('%s', async (_, payload) => {
    await bench.listen([Handlers], { envelope: 'both' });
    await expect(bench.client().request('alike.echo', payload)).resolves.toEqual({
      received: payload,
    });
  });

  it('each of them as an event', async () => {
    await bench.listen([Handlers], { envelope: 'both' });
    const client = bench.client();
    for (const [, payload] of PLAIN) await client.publish('alike.event', payload);
    await waitFor(() => events.length === PLAIN.length, { what: 'the events' });
    expect(events).toEqual(PLAIN.map(([, payload]) => payload));
  });
});

describe("under 'plain', an envelope stays as it is", () => {
  it.each([[{ pattern: 'alike.echo', data: 1, id: '7' }], [{ pattern: 'alike.echo', data: 1 }]])(
    '%j',
    async (payload) => {
      await bench.listen([Handlers]);
      await expect(bench.client().request('alike.echo', payload)).resolves.toEqual({
        received: payload,
      });
    },
  );
});

describe("under 'nest', what has no envelope of the handler is refused", () => {
  it.each(PLAIN)('%s', async (_, payload) => {
    await bench.listen([Handlers], { envelope: 'nest' });
    // a plain client sees the error in the envelope in which such a strategy speaks
    await expect(bench.client().request('alike.echo', payload)).resolves.toEqual({
      err: { status: 'error', code: 'BAD_REQUEST', message: 'The payload cannot be read' },
      isDisposed: true,
    });
  });
});

it("under 'both', an envelope without an id, though it asks for an answer, is answered plainly", async () => {
  await bench.listen([Handlers], { envelope: 'both' });
  const payload = { pattern: 'alike.echo', data: 1 };
  await expect(bench.client().request('alike.echo', payload)).resolves.toEqual({ received: 1 });
});
