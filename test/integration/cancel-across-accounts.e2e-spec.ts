import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { finalize, interval, lastValueFrom, type Observable, take, toArray } from 'rxjs';
import { Respond } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

let left = 0;

@Controller()
class Streams {
  @Respond('shared.ticks')
  ticks(): Observable<number> {
    return interval(5).pipe(finalize(() => left++));
  }
}

const bench = new NatsBench({
  config: `
    accounts {
      ours { users: [{ user: service, password: x }], exports: [{ service: "shared.>", response: stream }] }
      theirs { users: [{ user: caller, password: x }], imports: [{ service: { account: ours, subject: "shared.>" } }] }
    }`,
});
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

// between accounts the server makes up the reply subjects
const replyPrefixes = ['_R_'];

it('a stream is called off from another account', async () => {
  const closed = { shutdownTimeoutMs: 0 };
  await bench.listen([Streams], { user: 'service', pass: 'x', replyPrefixes, ...closed });
  const client = bench.client({ user: 'caller', pass: 'x', replyPrefixes });
  const three = client.send<number>('shared.ticks', {}).pipe(take(3), toArray());
  await expect(lastValueFrom(three)).resolves.toEqual([0, 1, 2]);
  await waitFor(() => left === 1, { what: 'the stream to be left', timeoutMs: 5_000 });
});
