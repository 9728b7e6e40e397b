import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { type NatsClient, type NatsMessageContext, NatsRecordBuilder } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

let events: unknown[];

@Controller()
class Handlers {
  @MessagePattern('dispatch.request')
  request(@Payload() _data: unknown, @Ctx() context: NatsMessageContext): unknown {
    return context.getMetadata();
  }

  @EventPattern<string>('dispatch.event')
  event(@Payload() data: unknown, @Ctx() context: NatsMessageContext): void {
    events.push({ data, metadata: context.getMetadata() });
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  events = [];
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const METADATA = { 'trace-id': '4711', tenant: 'acme' };

describe.each(['plain', 'nest'] as const)('with the envelope %s, a dispatch hook', (envelope) => {
  let client: NatsClient;
  let dispatched: unknown[];

  beforeEach(async () => {
    await bench.listen([Handlers], { envelope });
    client = bench.client({ envelope });
    dispatched = [];
    client.setOnDispatchHook((packet) => {
      dispatched.push({ pattern: packet.pattern, data: packet.data });
      packet.metadata = { ...METADATA };
    });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['send()', () => lastValueFrom(client.send('dispatch.request', 1))],
    ['request()', () => client.request('dispatch.request', 1)],
  ])('sees what %s sends, once, and its metadata reach the handler', async (_, ask) => {
    await expect(ask()).resolves.toMatchObject(METADATA);
    expect(dispatched).toEqual([{ pattern: 'dispatch.request', data: 1 }]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['emit()', () => lastValueFrom(client.emit('dispatch.event', 1), { defaultValue: undefined })],
    ['publish()', () => client.publish('dispatch.event', 1)],
  ])('sees what %s sends, once, and its metadata reach the handler', async (_, publish) => {
    await publish();
    await waitFor(() => events.length === 1, { what: 'the event' });
    expect(events).toEqual([{ data: 1, metadata: expect.objectContaining(METADATA) }]);
    expect(dispatched).toEqual([{ pattern: 'dispatch.event', data: 1 }]);
  });

  it('leaves the headers of the message beside its metadata', async () => {
    const data = new NatsRecordBuilder(1).header('x-version', '1').build();
    await expect(client.request('dispatch.request', data)).resolves.toMatchObject({
      ...METADATA,
      'x-version': '1',
    });
  });
});

it('without a hook there are no metadata', async () => {
  await bench.listen([Handlers]);
  await expect(bench.client().request('dispatch.request', 1)).resolves.toEqual({});
});
