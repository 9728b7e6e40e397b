import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import type { NatsListenInfo } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const events: unknown[] = [];
const requests: unknown[] = [];

@Controller()
class Both {
  @EventPattern<string>('both.subject')
  onEvent(@Payload() data: unknown): void {
    events.push(data);
  }

  @MessagePattern('both.subject')
  onRequest(@Payload() data: unknown): unknown {
    requests.push(data);
    return data;
  }
}

@Controller()
class Apart {
  @EventPattern<string>('both.subject', { queue: 'events' })
  onEvent(@Payload() data: unknown): void {
    events.push(data);
  }

  @MessagePattern('both.subject', { queue: 'requests' })
  onRequest(@Payload() data: unknown): unknown {
    requests.push(data);
    return data;
  }
}

@Controller()
class Overlapping {
  @EventPattern<string>('overlap.*')
  onAny(): void {}

  @EventPattern<string>('overlap.one')
  onOne(): void {}
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => {
  events.length = 0;
  requests.length = 0;
  return bench.clear();
});
afterAll(() => bench.stop());

it.each([
  ['in one queue group', Both, { queue: 'q' }],
  ['without a queue group', Both, {}],
  ['in two queue groups', Apart, {}],
])(
  'an event and a request handler on one subject, %s, get what is theirs',
  async (_, app, opts) => {
    await bench.listen([app], opts);
    const client = bench.client();
    const numbers = Array.from({ length: 50 }, (_entry, n) => n);
    const answers = await Promise.all(numbers.map((n) => client.request('both.subject', n)));
    expect(answers).toEqual(numbers);
    await Promise.all(numbers.map((n) => client.publish('both.subject', 100 + n)));
    await waitFor(() => events.length >= 50, { what: () => `50 events, got ${events.length}` });
    // all that was published has come before the answer to a further request
    await client.request('both.subject', 50);
    expect(events).toEqual(numbers.map((n) => 100 + n));
    expect(requests).toEqual([...numbers, 50]);
  },
);

it('listen() warns of filters that overlap in one queue group', async () => {
  const { app } = await bench.create([Overlapping], { queue: 'q' });
  const info = (await app.listen()) as unknown as NatsListenInfo;
  expect(info.warnings).toEqual([expect.stringContaining('share the queue group "q"')]);
});
