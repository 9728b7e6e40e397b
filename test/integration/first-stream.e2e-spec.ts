import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { interval, lastValueFrom, type Observable, take, toArray } from 'rxjs';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Streams {
  @MessagePattern('firststream.ask')
  stream(): Observable<number> {
    return interval(5).pipe(take(3));
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

it('N4: the first responder wins also when both stream', async () => {
  await Promise.all([bench.listen([Streams]), bench.listen([Streams])]);
  const values = bench.client().send('firststream.ask', {}).pipe(toArray());
  await expect(lastValueFrom(values)).resolves.toEqual([0, 1, 2]);
});
