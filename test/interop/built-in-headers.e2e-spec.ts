import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import {
  Ctx,
  EventPattern,
  MessagePattern,
  type NatsContext,
  NatsRecordBuilder as BuiltInRecordBuilder,
  Payload,
} from '@nestjs/microservices';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { lastValueFrom } from 'rxjs';
import { NatsMessageContext, NatsRecordBuilder } from 'nestjs-nats';
import { type Client, DIRECTIONS, serve } from '../support/built-in-transport.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

interface Told {
  readonly data: unknown;
  readonly subject: string;
  readonly headers: Record<string, string[]>;
  readonly metadata?: Record<string, string>;
}

let events: Told[];

function tell(data: unknown, context: NatsContext): Told {
  const received = context.getHeaders() as MsgHdrs | undefined;
  const entries = received?.keys().map((name) => [name, received.values(name)] as const) ?? [];
  const told = { data, subject: context.getSubject(), headers: Object.fromEntries(entries) };
  const ours: unknown = context;
  return ours instanceof NatsMessageContext ? { ...told, metadata: ours.getMetadata() } : told;
}

@Controller()
class Handlers {
  @MessagePattern('headers.request')
  request(@Payload() data: unknown, @Ctx() context: NatsContext): Told {
    return tell(data, context);
  }

  @EventPattern<string>('headers.event')
  event(@Payload() data: unknown, @Ctx() context: NatsContext): void {
    events.push(tell(data, context));
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  events = [];
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const ask = (client: Client, data: unknown): Promise<Told> =>
  lastValueFrom(client.send<Told>('headers.request', data));

function twoValues(): MsgHdrs {
  const own = headers();
  own.set('x-version', '1.0.0');
  own.append('x-list', 'a');
  own.append('x-list', 'b');
  return own;
}
const EXPECTED = { 'x-version': ['1.0.0'], 'x-list': ['a', 'b'] };

describe.each(DIRECTIONS)('from the client $client to the server $server', (direction) => {
  it("headers of Nest's record builder arrive, of requests and events", async () => {
    const client = await serve(bench, direction, [Handlers]);
    const record = new BuiltInRecordBuilder({ n: 1 }).setHeaders(twoValues()).build();
    await expect(ask(client, record)).resolves.toMatchObject({
      data: { n: 1 },
      subject: 'headers.request',
      headers: EXPECTED,
    });
    await lastValueFrom(client.emit('headers.event', record), { defaultValue: undefined });
    await waitFor(() => events.length === 1, { what: 'the event' });
    expect(events[0]).toMatchObject({ data: { n: 1 }, subject: 'headers.event' });
    expect(events[0]!.headers).toEqual(EXPECTED);
  });

  it('a record without headers is its payload', async () => {
    const client = await serve(bench, direction, [Handlers]);
    const told = await ask(client, new BuiltInRecordBuilder('bare').build());
    expect(told).toMatchObject({ data: 'bare', headers: {} });
  });
});

const FROM_OURS = DIRECTIONS.filter(({ client }) => client !== 'built-in');
const TO_OURS = DIRECTIONS.filter(({ server }) => server !== 'built-in');

describe.each(FROM_OURS)('from our client $client to the server $server', (direction) => {
  it('headers of our record builder arrive', async () => {
    const client = await serve(bench, direction, [Handlers]);
    const record = new NatsRecordBuilder({ n: 1 })
      .header('x-version', '1.0.0')
      .header('x-list', 'a')
      .header('x-list', 'b')
      .build();
    await expect(ask(client, record)).resolves.toMatchObject({ data: { n: 1 }, headers: EXPECTED });
  });

  it('metadata of a dispatch hook arrive as headers', async () => {
    const client = await serve(bench, direction, [Handlers]);
    client.setOnDispatchHook((packet) => {
      packet.metadata = { 'trace-id': '4711' };
    });
    await expect(ask(client, 1)).resolves.toMatchObject({ headers: { 'trace-id': ['4711'] } });
  });
});

it.each(TO_OURS)('metadata of the client $client are told by ours, $server', async (direction) => {
  const client = await serve(bench, direction, [Handlers]);
  client.setOnDispatchHook((packet) => {
    packet.metadata = { 'trace-id': '4711' };
  });
  await expect(ask(client, 1)).resolves.toMatchObject({ metadata: { 'trace-id': '4711' } });
  await lastValueFrom(client.emit('headers.event', 2), { defaultValue: undefined });
  await waitFor(() => events.length === 1, { what: 'the event' });
  expect(events[0]).toMatchObject({ data: 2, metadata: { 'trace-id': '4711' } });
});
