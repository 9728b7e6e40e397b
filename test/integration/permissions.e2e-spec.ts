import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type Type } from '@nestjs/common';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import type { NatsTransportError } from 'nestjs-nats';
import { onlyConnected } from '../support/monitoring.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench({
  config: `
    authorization {
      users: [
        { user: limited, password: limited, permissions: {
          publish: { deny: ["secret.>"] }
          subscribe: { deny: ["secret.>", "grouped.x taken"] }
        } }
        { user: mute, password: mute, permissions: { subscribe: { deny: ["_INBOX.>"] } } }
        { user: free, password: free }
      ]
    }`,
});
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const limited = { user: 'limited', pass: 'limited' };
const free = { user: 'free', pass: 'free' };

function handlerFor(pattern: string, queue = ''): Type {
  @Controller()
  class Handler {
    @EventPattern(pattern, { queue })
    handle(_data: unknown): void {}
  }
  return Handler;
}

@Controller()
class Requests {
  @MessagePattern('secret.ask')
  ask(): void {}
}

describe('listen() without the permission to subscribe', () => {
  it.each([
    ['an event handler', handlerFor('secret.event'), '"secret.event"'],
    ['a request handler', Requests, '"secret.ask"'],
    ['a named token', handlerFor('secret.:id'), '"secret.*"'],
    ['a queue group', handlerFor('grouped.x', 'taken'), '"taken"'],
  ])('F6: fails for %s with PERMISSION_DENIED that names it', async (_, controller, named) => {
    const { app } = await bench.create([handlerFor('open.one'), controller], limited);
    const error = await rejection<NatsTransportError>(app.listen());
    expect(error).toMatchObject({ name: 'NatsTransportError', code: 'PERMISSION_DENIED' });
    expect(error.message).toContain(named);
    expect(error.message).not.toContain('open.one');
    await onlyConnected(bench.server, []);
  });

  it('F6: the permission may be had: the same handlers listen with other credentials', async () => {
    const { app } = await bench.create([handlerFor('secret.event'), Requests], free);
    await expect(app.listen()).resolves.toMatchObject({
      subscriptions: [{ subject: 'secret.event' }, { subject: 'secret.ask' }],
    });
  });
});

describe('publishing without the permission', () => {
  it("publish() with confirm: 'flush' rejects with PERMISSION_DENIED", async () => {
    const client = bench.client(limited);
    const refused = client.publish('secret.event', 1, { confirm: 'flush' });
    await expect(refused).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('"secret.event"'),
    });
    await expect(client.publish('open.event', 1, { confirm: 'flush' })).resolves.toBeUndefined();
  });

  it('request() rejects with PERMISSION_DENIED long before its timeout', async () => {
    const client = bench.client({ ...limited, timeoutMs: 20_000 });
    await expect(client.request('secret.ask', 1)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('"secret.ask"'),
    });
    await expect(client.request('open.ask', 1)).rejects.toMatchObject({ code: 'NO_RESPONDERS' });
  });

  it('request() rejects with PERMISSION_DENIED when its inbox is refused', async () => {
    const client = bench.client({ user: 'mute', pass: 'mute', timeoutMs: 20_000 });
    await expect(client.request('open.ask', 1)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('_INBOX.'),
    });
  });

  it('is heard as an error event', async () => {
    const client = bench.client(limited);
    const errors: Error[] = [];
    client.on('error', (error) => errors.push(error));
    await client.publish('secret.event', 1);
    await waitFor(() => errors.length > 0, { what: 'the error event' });
    expect(errors[0]!.message).toContain('secret.event');
  });
});
