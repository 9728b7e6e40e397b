import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { lastValueFrom, NEVER, type Observable, of, scan, startWith, take } from 'rxjs';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Subscriber {
  @MessagePattern('broadcast.one')
  one(): number {
    return 1;
  }

  @MessagePattern('broadcast.open')
  open(): Observable<number> {
    return NEVER.pipe(startWith(1));
  }

  @MessagePattern('broadcast.single')
  single(): Observable<number> {
    return of(1);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const added = (answers: Observable<number>): Promise<number> =>
  lastValueFrom(answers.pipe(scan((a, b) => a + b)));

it.each(['broadcast.one', 'broadcast.single'])(
  'gather() has the answers of two subscribers to %s',
  async (subject) => {
    await bench.listen([Subscriber]);
    await bench.listen([Subscriber]);
    await expect(added(bench.client().gather<number>(subject, {}, { max: 2 }))).resolves.toBe(2);
  },
);

it('send() has the answer of the first, and completes', async () => {
  await bench.listen([Subscriber]);
  await bench.listen([Subscriber]);
  await expect(added(bench.client().send<number>('broadcast.one', {}))).resolves.toBe(1);
});

it("send() in Nest's envelope has the open answers of two subscribers, as with the built-in transport", async () => {
  const short = { envelope: 'nest', shutdownTimeoutMs: 0 } as const;
  await bench.listen([Subscriber], short);
  await bench.listen([Subscriber], short);
  const answers = bench.client({ envelope: 'nest' }).send<number>('broadcast.open', {});
  await expect(added(answers.pipe(take(2)))).resolves.toBe(2);
});
