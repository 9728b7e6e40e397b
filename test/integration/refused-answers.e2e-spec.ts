import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { from, type Observable } from 'rxjs';
import { captureLog } from '../support/captured-log.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Service {
  @MessagePattern('refused.ask')
  ask(): string {
    return 'unheard';
  }

  @MessagePattern('refused.stream')
  stream(): Observable<number> {
    return from([1, 2, 3]);
  }

  @MessagePattern('refused.failure')
  fail(): never {
    throw new Error('unheard');
  }
}

const bench = new NatsBench({
  config: `authorization { users: [
    { user: service, password: x, permissions: { publish: { deny: ["_INBOX.far.>", "orders.>"] } } }
    { user: caller, password: x }
  ] }`,
});
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('answers that the server refuses are counted, and told once with the handler and the remedy', async () => {
  const { app, strategy } = await bench.create([Service], { user: 'service', pass: 'x' });
  await app.listen();
  const caller = await bench.peer({ user: 'caller', pass: 'x' });
  const log = captureLog();
  bench.own(() => log.stop());
  for (const subject of ['refused.ask', 'refused.stream', 'refused.failure'])
    for (let i = 1; i <= 20; i++)
      caller.publish(subject, '{}', { reply: `_INBOX.far.${subject}.${i}` });
  await waitFor(() => strategy.counters.unanswered >= 60, {
    what: () => `refusals; counted are ${strategy.counters.unanswered}`,
  });
  // what can be answered is no refusal, nor is what the service publishes itself
  await caller.request('refused.ask', '{}');
  let refused = 0;
  strategy.on('error', () => void refused++);
  strategy.unwrap().publish('orders.1');
  await waitFor(() => refused === 1, { what: 'the refusal of something else' });
  expect(strategy.counters.unanswered).toBe(60);
  const lines = log.lines.filter((line) => line.includes('Allow the inboxes of callers'));
  expect(lines).toEqual(
    ['ask', 'stream', 'failure'].map((name): unknown =>
      expect.stringMatching(`handler for "refused.${name}".*"_INBOX.far.refused.${name}.1"`),
    ),
  );
});
