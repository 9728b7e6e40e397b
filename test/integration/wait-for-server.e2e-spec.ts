import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type NatsStatus, Respond } from 'nestjs-nats';
import { captureLog } from '../support/captured-log.js';
import { onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Service {
  @Respond('waited.square')
  square(@Payload() n: number): number {
    return n * n;
  }
}

@Controller()
class Twice extends Service {
  @Respond('waited.square')
  again(): void {}
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(async () => {
  await bench.clear();
  if (!bench.server.running) await bench.server.restart();
});
afterAll(() => bench.stop());

const waiting = { onConnectFailure: 'wait', reconnectTimeWait: 20, reconnectJitter: 0 } as const;

describe("F5: onConnectFailure: 'wait', and no server at first", () => {
  it('a strategy listens, and binds its handlers when there is one', async () => {
    await bench.server.kill();
    const { app, strategy } = await bench.create([Service], { ...waiting, name: 'strategy' });
    const seen: NatsStatus[] = [];
    strategy.status.subscribe((status) => seen.push(status));
    const info = (await app.listen()) as unknown;
    expect(info).toMatchObject({
      server: undefined,
      subscriptions: [{ subject: 'waited.square' }],
    });
    expect(strategy.readiness()).toEqual({
      ready: false,
      reasons: [
        expect.stringMatching(/^There is no connection to NATS at 127/),
        'The strategy waits for the first connection, to bind its handlers',
      ],
    });
    expect(() => strategy.unwrap()).toThrow(expect.objectContaining({ code: 'NOT_CONNECTED' }));
    await strategy.registerSubscriber('waited.late', () => 'late', { respond: true });
    await bench.server.restart();
    await waitFor(() => strategy.readiness().ready, { what: 'readiness' });
    const client = bench.client();
    await expect(client.request('waited.square', 3)).resolves.toBe(9);
    await expect(client.request('waited.late', {})).resolves.toBe('late');
    expect(seen).toEqual(['disconnected', 'reconnecting', 'connected']);
    await app.close();
    expect(strategy.readiness()).toEqual({
      ready: false,
      reasons: ['The strategy does not listen.'],
    });
  });

  it('faults of handlers need no server to be reported', async () => {
    await bench.server.kill();
    const { app } = await bench.create([Twice], waiting);
    await expect(app.listen()).rejects.toMatchObject({ code: 'DUPLICATE_HANDLER' });
  });

  it('close() ends it', async () => {
    await bench.server.kill();
    const { app, strategy } = await bench.create([Service], { ...waiting, name: 'strategy' });
    const seen: NatsStatus[] = [];
    strategy.status.subscribe((status) => seen.push(status));
    await app.listen();
    await app.close();
    expect(seen.at(-1)).toBe('closed');
    await bench.server.restart();
    await onlyConnected(bench.server, []);
  });

  it('connect() of a client resolves when there is one; meanwhile all is refused', async () => {
    await bench.server.kill();
    const client = bench.client(waiting);
    const connected = client.connect();
    await waitFor(() => /at this moment/.test(client.readiness().reasons.join()), {
      what: 'the first attempt to fail',
    });
    const refused = { code: 'NOT_CONNECTED' };
    await expect(client.publish('waited.event', 1)).rejects.toMatchObject(refused);
    await expect(client.request('waited.square', 1)).rejects.toMatchObject(refused);
    await bench.server.restart();
    await connected;
    await client.publish('waited.event', 1, { confirm: 'flush' });
  });

  it('close() of a client rejects a connect() that waits', async () => {
    await bench.server.kill();
    const client = bench.client(waiting);
    const connected = rejection(client.connect());
    await waitFor(() => /at this moment/.test(client.readiness().reasons.join()), {
      what: 'the first attempt to fail',
    });
    await client.close();
    await expect(connected).resolves.toMatchObject({ code: 'CLOSED' });
    await bench.server.restart();
    await client.connect();
    await client.publish('waited.event', 1, { confirm: 'flush' });
  });

  it('says why once, and when it is over', async () => {
    await bench.server.kill();
    const { app, strategy } = await bench.create([Service], waiting);
    const log = captureLog();
    try {
      await app.listen();
      await bench.server.restart();
      await waitFor(() => strategy.readiness().ready, { what: 'readiness' });
      const said = log.lines.filter((line) => line.includes('Cannot connect'));
      expect(said).toEqual([expect.stringMatching(/^warn .*connection refused.*tried again/)]);
      expect(log.lines).toContainEqual(expect.stringMatching(/^log Connected to 127/));
    } finally {
      log.stop();
    }
  });
});

it('F5: readiness follows the connection', async () => {
  const { app, strategy } = await bench.create([Service], {
    reconnectTimeWait: 20,
    reconnectJitter: 0,
  });
  expect(strategy.readiness().ready).toBe(false);
  await app.listen();
  expect(strategy.readiness()).toEqual({ ready: true, reasons: [] });
  await bench.server.kill();
  await waitFor(() => !strategy.readiness().ready, { what: 'the end of readiness' });
  await bench.server.restart();
  await waitFor(() => strategy.readiness().ready, { what: 'readiness' });
});
