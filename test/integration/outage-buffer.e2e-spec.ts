import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { type NatsClientOptions, Respond, Subscribe } from 'nestjs-nats';
import { captureLog } from '../support/captured-log.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Service {
  readonly received: unknown[] = [];

  @Subscribe('outage.event', { concurrency: 1 })
  onEvent(@Payload() data: unknown): void {
    this.received.push(data);
  }

  @Respond('outage.square')
  square(@Payload() n: number): number {
    return n * n;
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const quick = { reconnectTimeWait: 20, reconnectJitter: 0 };

/** Gives a client whose line to the server is cut; whoever it talks to stays connected. */
async function disconnected(options: NatsClientOptions) {
  const proxy = await TcpProxy.start(bench.server.port);
  bench.own(() => proxy.close());
  const app = await bench.listen([Service]);
  const client = bench.client({ servers: proxy.url, ...quick, timeoutMs: 20_000, ...options });
  await client.connect();
  const cut = async (): Promise<void> => {
    proxy.cut();
    await waitFor(() => !client.readiness().ready, { what: 'the disconnect' });
  };
  await cut();
  return { client, cut, back: () => proxy.restore(), received: app.get(Service).received };
}

describe('F7: whileDisconnected: { bufferBytes }', () => {
  it('holds events back, and sends them in their order', async () => {
    const { client, back, received } = await disconnected({
      whileDisconnected: { bufferBytes: 100_000 },
    });
    const published = Array.from({ length: 50 }, (_, n) =>
      n % 2 === 0
        ? client.publish('outage.event', n)
        : lastValueFrom(client.emit('outage.event', n), { defaultValue: undefined }),
    );
    let settled = 0;
    for (const one of published) void one.finally(() => settled++);
    await new Promise(setImmediate);
    expect(settled).toBe(0);
    back();
    await Promise.all(published);
    await client.publish('outage.event', 'later');
    await waitFor(() => received.includes('later'), { what: 'the last' });
    expect(received).toEqual([...Array.from({ length: 50 }, (_, n) => n), 'later']);
  });

  it('holds requests back, which have their whole time', async () => {
    const { client, back } = await disconnected({ whileDisconnected: { bufferBytes: 100_000 } });
    const answered = client.request('outage.square', 3);
    back();
    await expect(answered).resolves.toBe(9);
  });

  it('refuses what does not fit with BUFFER_FULL, and sends the rest', async () => {
    const { client, cut, back } = await disconnected({ whileDisconnected: { bufferBytes: 2_000 } });
    const published = Array.from({ length: 4 }, () =>
      client.publish('outage.event', 'x'.repeat(800)).then(
        () => 'sent',
        (error: { code: string }) => error.code,
      ),
    );
    const early = await Promise.race([published[2], published[0]]);
    expect(early).toBe('BUFFER_FULL');
    back();
    await expect(Promise.all(published)).resolves.toEqual([
      'sent',
      'sent',
      'BUFFER_FULL',
      'BUFFER_FULL',
    ]);
    // what has gone makes room
    await cut();
    const again = client.publish('outage.event', 'x'.repeat(800));
    back();
    await expect(again).resolves.toBeUndefined();
  });

  it('gives an event up when its time is over, and says so', async () => {
    const { client } = await disconnected({
      whileDisconnected: { bufferBytes: 2_000 },
      timeoutMs: 50,
    });
    await expect(client.publish('outage.event', 1)).rejects.toMatchObject({
      code: 'NOT_CONNECTED',
      message: expect.stringMatching(/within the 50 ms.*Nothing was sent/),
    });
    const log = captureLog();
    try {
      client.emit('outage.event', 1);
      await waitFor(() => log.lines.some((line) => /An event was lost: .*outage/.test(line)), {
        what: 'the log',
      });
    } finally {
      log.stop();
    }
  });

  it('an aborted request leaves the buffer', async () => {
    const { client } = await disconnected({ whileDisconnected: { bufferBytes: 2_000 } });
    const abort = new AbortController();
    const request = rejection(client.request('outage.square', 1, { signal: abort.signal }));
    abort.abort(new Error('enough'));
    await expect(request).resolves.toMatchObject({ message: 'enough' });
  });

  it('close() waits for what is held back, as long as its time', async () => {
    const { client } = await disconnected({
      whileDisconnected: { bufferBytes: 2_000 },
      timeoutMs: 100,
    });
    const lost = rejection(client.publish('outage.event', 1));
    await client.close();
    await expect(lost).resolves.toMatchObject({ code: 'NOT_CONNECTED' });
  });
});

describe("confirm: 'flush' of a client", () => {
  it('makes publish() and emit() wait for the server, unless a call says otherwise', async () => {
    const guarded = new NatsBench({
      config: `authorization { users: [
        { user: ada, password: ada, permissions: { publish: { deny: ["secret.>"] } } } ] }`,
    });
    await guarded.start();
    try {
      const client = guarded.client({ user: 'ada', pass: 'ada', confirm: 'flush' });
      const refused = { code: 'PERMISSION_DENIED' };
      await expect(client.publish('secret.a', 1)).rejects.toMatchObject(refused);
      await expect(lastValueFrom(client.emit('secret.a', 1))).rejects.toMatchObject(refused);
      await expect(client.publish('secret.a', 1, { confirm: 'none' })).resolves.toBeUndefined();
      await expect(client.publish('open.a', 1)).resolves.toBeUndefined();
    } finally {
      await guarded.stop();
    }
  });
});
