import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Logger } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Consume, NatsClient, type NatsStrategy, Respond, Subscribe } from 'nestjs-nats';
import { createMicroservice } from '../support/nest-app.js';
import { ReloadableServer } from '../support/reloadable-server.js';
import { SERVER_VERSIONS } from '../support/server-versions.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Service {
  readonly received: unknown[] = [];

  @Respond('revoked.ask', { queue: 'answerers' })
  ask(@Payload() n: number): number {
    return n;
  }

  @Subscribe('kept.event')
  onEvent(@Payload() data: unknown): void {
    this.received.push(data);
  }
}

@Controller()
class Consumer {
  readonly received: unknown[] = [];

  @Consume('revoked.jobs', { stream: 'JOBS', durable: 'work' })
  onJob(@Payload() data: unknown): void {
    this.received.push(data);
  }
}

const open: { close(): Promise<unknown> }[] = [];
beforeAll(() => Logger.overrideLogger(false));
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

function config(denied: string): string {
  const permissions = denied === '' ? '' : `, permissions: ${denied}`;
  return `authorization { users: [
    { user: service, password: service${permissions} }
    { user: caller, password: caller }
  ] }`;
}

async function started(jetstream = false) {
  // a connection hears nothing of it from 2.10.27
  const options = { jetstream, ...SERVER_VERSIONS.newest };
  const reloadable = await ReloadableServer.start(config(''), options);
  const { server } = reloadable;
  open.push({ close: () => reloadable.stop() });
  const streams = jetstream ? [{ name: 'JOBS', subjects: ['revoked.jobs'] }] : [];
  const { app, strategy } = await createMicroservice([jetstream ? Consumer : Service], {
    servers: server.url,
    user: 'service',
    pass: 'service',
    reconnectTimeWait: 20,
    reconnectJitter: 0,
    streams,
  });
  open.push(app);
  await app.listen();
  const client = new NatsClient({ servers: server.url, user: 'caller', pass: 'caller', streams });
  open.push(client);
  return { reloadable, app, strategy, client };
}

const becomes = (strategy: NatsStrategy, ready: boolean): Promise<void> =>
  waitFor(() => strategy.readiness().ready === ready, {
    what: () => `ready: ${ready}; the reasons are ${strategy.readiness().reasons.join()}`,
    timeoutMs: 15_000,
  });

describe('F6: a permission that is taken away while the strategy listens', () => {
  it.each([
    ['the subject', '{ subscribe: { deny: ["revoked.>"] } }'],
    ['the queue group', '{ subscribe: { deny: ["revoked.ask answerers"] } }'],
  ])('makes it not ready, and ready when it is given back: %s', async (_, denied) => {
    const { reloadable, app, strategy, client } = await started();
    await expect(client.request('revoked.ask', 1)).resolves.toBe(1);
    await reloadable.reload(config(denied));
    await becomes(strategy, false);
    expect(strategy.readiness().reasons).toContainEqual(
      expect.stringMatching(/not subscribed to "revoked\.ask": .*Permissions Violation/i),
    );
    await client.publish('kept.event', 1, { confirm: 'flush' });
    await waitFor(() => app.get(Service).received.length === 1, { what: 'the other handler' });
    await reloadable.reload(config(''));
    await becomes(strategy, true);
    await expect(client.request('revoked.ask', 2)).resolves.toBe(2);
    await client.publish('kept.event', 2, { confirm: 'flush' });
    await waitFor(() => app.get(Service).received.length === 2, { what: 'the other handler' });
    expect(app.get(Service).received).toEqual([1, 2]);
  });

  it.each([
    ['to ask for messages', '{ publish: { deny: ["$JS.API.CONSUMER.>"] } }'],
    ['to receive them', '{ subscribe: { deny: ["_INBOX.>"] } }'],
  ])(
    'F27: the same with that of a consumer: %s',
    async (_, denied) => {
      const { reloadable, app, strategy, client } = await started(true);
      await client.publish('revoked.jobs', 1);
      const { received } = app.get(Consumer);
      await waitFor(() => received.length === 1, { what: 'a message' });
      await reloadable.reload(config(denied));
      // a request that the server has already is served for half a minute
      await strategy.unwrap().reconnect();
      await becomes(strategy, false);
      await client.publish('revoked.jobs', 2);
      await reloadable.reload(config(''));
      await becomes(strategy, true);
      await waitFor(() => received.length === 2, { what: 'the other message' });
    },
    60_000,
  );

  it('F27: a stream that is deleted, and may not be made again, makes it not ready', async () => {
    const { app, strategy, reloadable } = await started(true);
    const verifying = await createMicroservice([Consumer], {
      servers: reloadable.server.url,
      user: 'service',
      pass: 'service',
      provision: 'verify',
    });
    await app.close();
    open.push(verifying.app);
    await verifying.app.listen();
    expect(verifying.strategy.readiness().ready).toBe(true);
    const caller = new NatsClient({
      servers: reloadable.server.url,
      user: 'caller',
      pass: 'caller',
      codec: 'text',
    });
    open.push(caller);
    await caller.request('$JS.API.STREAM.DELETE.JOBS', '');
    await becomes(verifying.strategy, false);
    expect(verifying.strategy.readiness().reasons.join()).toContain('"JOBS"');
    expect(strategy.readiness().reasons).toEqual(['The strategy does not listen.']);
  });
});
