import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern } from '@nestjs/microservices';
import { concat, finalize, interval, lastValueFrom, NEVER, type Observable, take } from 'rxjs';
import { headers } from '@nats-io/transport-node';
import { NatsMessageContext, NatsRecordBuilder } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

let left = 0;
const aborted: unknown[] = [];

@Controller()
class Streams {
  @MessagePattern('deadline.ticks')
  ticks(@Ctx() ctx: NatsMessageContext): Observable<number> {
    return this.watched(ctx, interval(20).pipe(take(15)));
  }

  @MessagePattern('deadline.stalls')
  stalls(@Ctx() ctx: NatsMessageContext): Observable<number> {
    return this.watched(ctx, concat(interval(20).pipe(take(3)), NEVER));
  }

  private watched(ctx: NatsMessageContext, source: Observable<number>): Observable<number> {
    // its clock runs from now on
    ctx.signal.addEventListener('abort', () => aborted.push(ctx.signal.reason));
    return source.pipe(finalize(() => left++));
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  aborted.length = 0;
  left = 0;
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it("the caller's time starts anew with each value: ctx.signal is silent while they come", async () => {
  await bench.listen([Streams]);
  // 15 values, 20 ms apart, take 300 ms
  const record = new NatsRecordBuilder({}).timeout(150).build();
  const last = bench.client().send<number>('deadline.ticks', record);
  await expect(lastValueFrom(last)).resolves.toBe(14);
  expect(aborted).toEqual([]);
});

it('a stream is left when its caller has given up waiting for the next value', async () => {
  await bench.listen([Streams]);
  // a caller that sends nothing more, as if it had died
  const peer = await bench.peer();
  const told = headers();
  told.set('Request-Timeout-Ms', '100');
  peer.subscribe('_INBOX.deadline.caller', { callback: () => undefined });
  peer.publish('deadline.stalls', '{}', { reply: '_INBOX.deadline.caller', headers: told });
  await waitFor(() => left === 1, { what: 'the stream to be left', timeoutMs: 5_000 });
  expect(aborted).toMatchObject([{ code: 'TIMEOUT' }]);
});
