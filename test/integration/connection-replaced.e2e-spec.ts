import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { interval, lastValueFrom, map, type Observable, take, toArray } from 'rxjs';
import { Respond, Subscribe } from 'nestjs-nats';
import { onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Service {
  readonly received: unknown[] = [];

  @Subscribe('replaced.event')
  onEvent(@Payload() data: unknown): void {
    this.received.push(data);
  }

  @Respond('replaced.square')
  square(@Payload() n: number): number {
    return n * n;
  }

  @Respond('replaced.hang')
  hang(@Payload() data: unknown): Promise<never> {
    this.received.push(data);
    return new Promise(() => undefined);
  }

  @Respond('replaced.count')
  count(): Observable<number> {
    return interval(1).pipe(
      take(1_000_000),
      map((n) => n),
    );
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const quick = { reconnectTimeWait: 20, reconnectJitter: 0 };

async function started() {
  const { app, strategy } = await bench.create([Service], {
    ...quick,
    name: 'strategy',
    shutdownTimeoutMs: 0,
  });
  const client = bench.client({ ...quick, name: 'client', timeoutMs: 20_000 });
  const events: string[] = [];
  for (const event of ['connect', 'disconnect', 'reconnect', 'close'] as const) {
    strategy.on(event, () => events.push(`strategy ${event}`));
    client.on(event, () => events.push(`client ${event}`));
  }
  await app.listen();
  await client.connect();
  const heard = (event: string): Promise<void> =>
    waitFor(() => events.includes(event), { what: event });
  return { app, strategy, client, events, heard };
}

describe('F5: a connection that is closed by others than us', () => {
  it.each(['close', 'drain'] as const)(
    'is replaced, and handlers are bound to the new one: %s()',
    async (end) => {
      const { app, strategy, client, events, heard } = await started();
      const first = strategy.unwrap();
      await first[end]();
      await heard('strategy reconnect');
      expect(strategy.unwrap()).not.toBe(first);
      await expect(client.request('replaced.square', 3)).resolves.toBe(9);
      await client.publish('replaced.event', 'after', { confirm: 'flush' });
      await waitFor(() => app.get(Service).received.length === 1, { what: 'the event' });
      const counted = client.send('replaced.count', {}).pipe(take(3), toArray());
      await expect(lastValueFrom(counted)).resolves.toEqual([0, 1, 2]);
      await onlyConnected(bench.server, ['strategy', 'client']);
      await app.close();
      await onlyConnected(bench.server, ['client']);
      expect(events.filter((event) => event.startsWith('strategy'))).toEqual(
        ['connect', 'disconnect', 'reconnect', 'close'].map((event) => `strategy ${event}`),
      );
    },
  );

  it('of a client: requests under way settle, later ones are answered', async () => {
    const { app, client, heard } = await started();
    const pending = rejection(client.request('replaced.hang', 1));
    await waitFor(() => app.get(Service).received.length === 1, { what: 'the handler' });
    const start = performance.now();
    await client.unwrap().close();
    await expect(pending).resolves.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(performance.now() - start).toBeLessThan(1_000);
    await heard('client reconnect');
    await expect(client.request('replaced.square', 4)).resolves.toBe(16);
  });

  it('is looked for until a server is there; meanwhile all is refused at once', async () => {
    const { client, heard } = await started();
    const first = client.unwrap();
    await bench.server.kill();
    await heard('client disconnect');
    await first.close();
    await expect(client.request('replaced.square', 1)).rejects.toMatchObject({
      code: 'NOT_CONNECTED',
    });
    await expect(client.publish('replaced.event', 1)).rejects.toMatchObject({
      code: 'NOT_CONNECTED',
    });
    await bench.server.restart();
    await heard('client reconnect');
    await heard('strategy reconnect');
    await expect(client.request('replaced.square', 5)).resolves.toBe(25);
  });

  it('is not looked for any more when the client is closed', async () => {
    const { client, heard } = await started();
    const first = client.unwrap();
    await bench.server.kill();
    await heard('client disconnect');
    await first.close();
    await client.close();
    await heard('client close');
    await bench.server.restart();
    await heard('strategy reconnect');
    await onlyConnected(bench.server, ['strategy']);
  });
});
