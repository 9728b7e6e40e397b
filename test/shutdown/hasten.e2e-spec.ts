import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern } from '@nestjs/microservices';
import { once } from 'node:events';
import { NatsMessageContext } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Stuck {
  readonly steps: unknown[] = [];

  @EventPattern<string>('hasten.event')
  async onEvent(_data: unknown, @Ctx() { signal }: NatsMessageContext): Promise<void> {
    this.steps.push('begun');
    await once(signal, 'abort');
    this.steps.push((signal.reason as { code: string }).code);
  }
}

/** Is far above what hastening takes, and far below what would be waited otherwise. */
const PROMPT_MS = 20_000;
const LONG_MS = 600_000;

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('hasten() ends the waiting for handlers, which hear of it', async () => {
  const { app, strategy } = await bench.create([Stuck], { shutdownTimeoutMs: LONG_MS });
  await app.listen();
  const { steps } = app.get(Stuck);
  await bench.client().publish('hasten.event', {});
  await waitFor(() => steps.length === 1, { what: 'the handler to begin' });
  const start = performance.now();
  const closed = strategy.close();
  await waitFor(
    () => {
      strategy.hasten();
      return steps.length === 2;
    },
    { what: 'the handler to hear' },
  );
  await closed;
  expect(performance.now() - start).toBeLessThan(PROMPT_MS);
  expect(steps).toEqual(['begun', 'CLOSED']);
});

it('hasten() ends the waiting for a server that hangs', async () => {
  const { app, strategy } = await bench.create([Stuck], { shutdownTimeoutMs: LONG_MS });
  await app.listen();
  const timers = () => process.getActiveResourcesInfo().filter((r) => r === 'Timeout').length;
  const before = timers();
  bench.server.pause();
  const start = performance.now();
  const closed = strategy.close();
  // closing begins in another turn
  await new Promise(setImmediate);
  strategy.hasten();
  await closed;
  bench.server.resume();
  expect(performance.now() - start).toBeLessThan(PROMPT_MS);
  // nothing that would keep the process alive
  await waitFor(() => timers() <= before, { what: 'the timers to end' });
});

it('hasten() does nothing to a strategy that does not close', async () => {
  const { app, strategy } = await bench.create([Stuck]);
  strategy.hasten();
  await app.listen();
  strategy.hasten();
  const { steps } = app.get(Stuck);
  await bench.client().publish('hasten.event', {});
  await waitFor(() => steps.length === 1, { what: 'the handler to begin' });
  const closed = strategy.close();
  await new Promise(setImmediate);
  strategy.hasten();
  await closed;
  expect(steps).toEqual(['begun', 'CLOSED']);
});
