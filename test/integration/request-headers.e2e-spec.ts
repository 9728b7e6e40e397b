import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { Controller } from '@nestjs/common';
import {
  Ctx,
  EventPattern,
  MessagePattern,
  NatsRecordBuilder as NestRecordBuilder,
  Payload,
} from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { type HeadersInput, NatsMessageContext, NatsRecordBuilder } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';

type Lists = Record<string, string[]>;

@Controller()
class Mirror {
  readonly events: { data: unknown; headers: Lists | undefined }[] = [];

  @MessagePattern('mirror.headers')
  headers(@Ctx() ctx: NatsMessageContext): Lists | null {
    return ctx.headers === undefined ? null : Object.fromEntries(ctx.headers);
  }

  @MessagePattern('mirror.data')
  data(@Payload() data: unknown): unknown {
    return data;
  }

  @EventPattern<string>('mirror.event')
  onEvent(@Payload() data: unknown, @Ctx() ctx: NatsMessageContext): void {
    this.events.push({ data, headers: ctx.headers && Object.fromEntries(ctx.headers) });
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const ofTheClient = natsHeaders();
ofTheClient.append('Tenant', 'acme');
ofTheClient.append('X-Tag', 'a');
ofTheClient.append('X-Tag', 'b');

const INPUTS: [name: string, input: HeadersInput][] = [
  ['an object', { Tenant: 'acme', 'X-Tag': ['a', 'b'] }],
  [
    'a Map',
    new Map<string, string | string[]>(Object.entries({ Tenant: 'acme', 'X-Tag': ['a', 'b'] })),
  ],
  [
    'a list of pairs',
    [
      ['Tenant', 'acme'],
      ['X-Tag', 'a'],
      ['X-Tag', 'b'],
    ] as const,
  ],
  ['headers of the NATS client', ofTheClient],
];

describe.each(INPUTS)('U8: headers given as %s', (_, headers) => {
  const expected = { Tenant: ['acme'], 'X-Tag': ['a', 'b'] };

  it('reach the handler of a request with all their values', async () => {
    await bench.listen([Mirror]);
    const client = bench.client();
    await expect(client.request('mirror.headers', {}, { headers })).resolves.toEqual(expected);
  });

  it('reach the handler of an event', async () => {
    const app = await bench.listen([Mirror]);
    await bench.client().publish('mirror.event', 1, { headers, confirm: 'flush' });
    await app.close();
    expect(app.get(Mirror).events).toEqual([{ data: 1, headers: expected }]);
  });

  it('may go with every message of a client', async () => {
    await bench.listen([Mirror]);
    const client = bench.client({ headers });
    await expect(client.request('mirror.headers', {})).resolves.toEqual(expected);
  });

  it('may come in a record', async () => {
    await bench.listen([Mirror]);
    const record = new NatsRecordBuilder({}).setHeaders(headers).build();
    await expect(firstValueFrom(bench.client().send('mirror.headers', record))).resolves.toEqual(
      expected,
    );
  });
});

describe('U8: a record', () => {
  it('of ours collects values header by header', async () => {
    await bench.listen([Mirror]);
    const record = new NatsRecordBuilder({})
      .setHeaders({ Gone: 'x' })
      .setHeaders({ 'X-Tag': 'a' })
      .header('X-Tag', 'b')
      .header('Tenant', 'acme')
      .build();
    const client = bench.client();
    const expected = { 'X-Tag': ['a', 'b'], Tenant: ['acme'] };
    await expect(firstValueFrom(client.send('mirror.headers', record))).resolves.toEqual(expected);
    await expect(client.request('mirror.headers', record)).resolves.toEqual(expected);
  });

  it("of Nest's own builder works the same, with a client's headers and with a plain object", async () => {
    await bench.listen([Mirror]);
    const client = bench.client();
    const record = new NestRecordBuilder({}).setHeaders(ofTheClient).build();
    await expect(firstValueFrom(client.send('mirror.headers', record))).resolves.toEqual({
      Tenant: ['acme'],
      'X-Tag': ['a', 'b'],
    });
    const plain = new NestRecordBuilder<unknown>('data').setHeaders({ Tenant: 'acme' }).build();
    await expect(client.request('mirror.headers', plain)).resolves.toEqual({ Tenant: ['acme'] });
    await expect(client.request('mirror.data', plain)).resolves.toBe('data');
  });

  it('is unwrapped: the handler gets its data, whoever built it and however it is sent', async () => {
    const app = await bench.listen([Mirror]);
    const client = bench.client();
    for (const builder of [new NatsRecordBuilder<unknown>(), new NestRecordBuilder<unknown>()]) {
      const record = builder.setData({ a: 1 }).build();
      await expect(firstValueFrom(client.send('mirror.data', record))).resolves.toEqual({ a: 1 });
      await expect(client.request('mirror.data', record)).resolves.toEqual({ a: 1 });
      await firstValueFrom(client.emit('mirror.event', record), { defaultValue: undefined });
      await client.publish('mirror.event', record, { confirm: 'flush' });
    }
    await app.close();
    expect(app.get(Mirror).events).toEqual(
      Array.from({ length: 4 }, () => ({ data: { a: 1 }, headers: undefined })),
    );
  });

  it('gives way to the options of the call', async () => {
    await bench.listen([Mirror]);
    const record = new NatsRecordBuilder({}).header('Tenant', 'record').build();
    await expect(
      bench.client().request('mirror.headers', record, { headers: { Tenant: 'call' } }),
    ).resolves.toEqual({ Tenant: ['call'] });
  });
});

describe('U8: the headers of a client', () => {
  const client = () => bench.client({ headers: { Tenant: ['a', 'b'], Region: 'eu' } });

  it('give way to those of a call, name by name, with all their values', async () => {
    await bench.listen([Mirror]);
    const answer = client().request('mirror.headers', {}, { headers: { Tenant: 'c', Other: 'd' } });
    await expect(answer).resolves.toEqual({ Tenant: ['c'], Region: ['eu'], Other: ['d'] });
  });

  it('give way to those of a record', async () => {
    await bench.listen([Mirror]);
    const record = new NatsRecordBuilder({}).header('Region', 'us').build();
    await expect(firstValueFrom(client().send('mirror.headers', record))).resolves.toEqual({
      Tenant: ['a', 'b'],
      Region: ['us'],
    });
  });

  it('are not changed by calls', async () => {
    await bench.listen([Mirror]);
    const one = client();
    await one.request('mirror.headers', {}, { headers: { Tenant: 'c' } });
    await expect(one.request('mirror.headers', {})).resolves.toEqual({
      Tenant: ['a', 'b'],
      Region: ['eu'],
    });
  });

  it('differ by case, as NATS headers do', async () => {
    await bench.listen([Mirror]);
    const answer = client().request('mirror.headers', {}, { headers: { tenant: 'small' } });
    await expect(answer).resolves.toEqual({
      Tenant: ['a', 'b'],
      Region: ['eu'],
      tenant: ['small'],
    });
  });
});

it('a message without headers has none', async () => {
  await bench.listen([Mirror]);
  await expect(bench.client().request('mirror.headers', {})).resolves.toBeNull();
});
