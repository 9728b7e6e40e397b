import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

/** Answers when it is told to. */
@Controller()
class Gathering {
  readonly waiting: (() => void)[] = [];

  @MessagePattern('concurrent.square')
  async square(@Payload() n: number): Promise<number> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    return n * n;
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('100 requests at a time each get their own answer, in whatever order they come', async () => {
  const app = await bench.listen([Gathering]);
  const { waiting } = app.get(Gathering);
  const client = bench.client();
  const numbers = Array.from({ length: 100 }, (_, i) => i);
  const answers = Promise.all(numbers.map((n) => client.request('concurrent.square', n)));
  // a handler has 64 under way at most, unless it says otherwise
  await waitFor(() => waiting.length >= 64, { what: '64 requests under way' });
  const release = setInterval(() => waiting.pop()?.(), 0);
  bench.own(() => clearInterval(release));
  await expect(answers).resolves.toEqual(numbers.map((n) => n * n));
});
