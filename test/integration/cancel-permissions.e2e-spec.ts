import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { interval, lastValueFrom, type Observable, take } from 'rxjs';
import { Respond } from 'nestjs-nats';
import { captureLog } from '../support/captured-log.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Streams {
  @Respond('cancel.ticks')
  ticks(): Observable<number> {
    return interval(2);
  }

  @Respond('cancel.few')
  few(): Observable<number> {
    return interval(2).pipe(take(3));
  }
}

const bench = new NatsBench({
  config: `
    authorization {
      users: [
        { user: responder, password: x, permissions: { subscribe: { deny: ["_INBOX.>"] } } }
        { user: caller, password: x, permissions: { publish: { deny: ["_INBOX.>"] } } }
        { user: free, password: x }
      ]
    }`,
});
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const as = (user: string) => ({ user, pass: 'x' });

it('a responder that may not listen in an inbox streams all the same, and says so once', async () => {
  await bench.listen([Streams], as('responder'));
  const log = captureLog();
  bench.own(() => log.stop());
  const client = bench.client(as('free'));
  const warnings = (): string[] => log.lines.filter((line) => line.includes('cannot listen'));
  await expect(lastValueFrom(client.send('cancel.few', {}))).resolves.toBe(2);
  await waitFor(() => warnings().length === 1, { what: 'the warning' });
  await expect(lastValueFrom(client.send('cancel.few', {}))).resolves.toBe(2);
  expect(warnings()).toEqual([expect.stringContaining('inboxPrefix')]);
});

it('a caller that may not publish in an inbox tries once, and goes on', async () => {
  await bench.listen([Streams], { ...as('free'), shutdownTimeoutMs: 0 });
  const client = bench.client(as('caller'));
  const refused: Error[] = [];
  client.on('error', (error) => refused.push(error));
  await expect(client.request('cancel.ticks', {})).resolves.toBe(0);
  await waitFor(() => refused.length === 1, { what: 'the refusal' });
  await expect(client.request('cancel.ticks', {})).resolves.toBe(0);
  await expect(lastValueFrom(client.send('cancel.few', {}))).resolves.toBe(2);
  expect(refused).toHaveLength(1);
});
