import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, RpcException } from '@nestjs/microservices';
import {
  HEADER,
  type NatsClientOptions,
  type NatsMessageContext,
  NatsRecordBuilder,
  type NatsStrategyOptions,
} from 'nestjs-nats';
import { concat, EMPTY, lastValueFrom, of, type Observable, throwError } from 'rxjs';
import { publishDeadLetter } from '../support/dead-letter-bytes.js';
import { fencedBlocks, readDocument, sectionsOf, tableRows } from '../support/markdown.js';
import { NatsBench } from '../support/nats-bench.js';
import { SERVER_VERSIONS } from '../support/server-versions.js';
import { WireTap } from '../support/wire-tap.js';

const DOCUMENT = readDocument('docs/wire.md');
/** What stands in the document for what is made up: the caller's inbox and id, the responder's stream. */
const INBOX = '_INBOX.caller.1';
const SECOND_INBOX = '_INBOX.caller.2';
const ID = 'BWQ2C9AXZ0K7M4T1H6P8R3';
const STREAM = 'KQ0W7ZP3D5X8VJ2LN6YBT4';
/** And for the subject on which the responder hears that its stream is called off. */
const CANCEL = '_INBOX.responder.cancel.1';

@Controller()
class Prices {
  @MessagePattern('price.quote')
  quote(): unknown {
    return { sku: 'A-1', cents: 1999 };
  }

  @MessagePattern('price.forget')
  forget(): void {}

  @MessagePattern('price.cached')
  cached(@Ctx() ctx: NatsMessageContext): unknown {
    ctx.addResponseHeaders({ 'Cache-Age': '12', Vary: ['sku', 'region'] });
    return { sku: 'A-1', cents: 1999 };
  }

  @MessagePattern('price.refuse')
  refuse(): never {
    throw new RpcException({
      code: 'NOT_FOR_SALE',
      message: 'A-1 is not for sale',
      details: { since: 2020 },
      status: 403,
    });
  }

  @MessagePattern('price.crash')
  crash(): never {
    throw new Error('what only the log may say');
  }

  @MessagePattern('price.list')
  list(): Observable<unknown> {
    return of({ cents: 1999 }, { cents: 2499 });
  }

  @MessagePattern('price.none')
  none(): Observable<never> {
    return EMPTY;
  }

  @MessagePattern('price.broken')
  broken(): Observable<unknown> {
    const failure = new RpcException({ code: 'SOLD_OUT', message: 'no more' });
    return concat(
      of({ cents: 1999 }, { cents: 2499 }),
      throwError(() => failure),
    );
  }
}

/** Stands apart: envelopes are JSON, whatever a handler would like. */
@Controller()
class Notes {
  @MessagePattern('price.note', { codec: 'text' })
  note(): string {
    return 'grüß';
  }
}

// messages with an option that an old server ignores are not sent to it
const bench = new NatsBench(SERVER_VERSIONS.newest);
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function tap(...filters: string[]): Promise<WireTap> {
  const opened = await WireTap.open(bench.server.port, filters);
  bench.own(() => opened.close());
  return opened;
}

type Client = ReturnType<NatsBench['client']>;

/** Gives the bytes of an event. */
async function event(
  send: (client: Client) => Promise<unknown>,
  options: NatsClientOptions = {},
): Promise<string> {
  const wire = await tap('orders.>');
  await send(bench.client(options));
  return wire.asSent(1);
}

/** Gives the bytes of a message to a stream, and acknowledges it in the stream's name. */
async function stored(send: (client: Client) => Promise<unknown>): Promise<string> {
  const wire = await tap('orders.>', 'schedules.>');
  const streams = [
    {
      name: 'ORDERS',
      subjects: ['orders.>', 'schedules.ORDERS.*'],
      allow_msg_ttl: true,
      allow_msg_schedules: true,
    },
  ];
  const sent = send(bench.client({ streams, provision: 'off' }));
  const bytes = await wire.asSent(1);
  const { reply } = wire.messages[0]!;
  const ack = '{"stream":"ORDERS","seq":12}';
  wire.send(`PUB ${reply} ${ack.length}\r\n${ack}\r\n`);
  expect(await sent).toEqual({ stream: 'ORDERS', seq: 12, duplicate: false });
  return bytes.replace(reply, INBOX);
}

/** Gives the bytes of a batch, and answers in the stream's name. */
async function batch(): Promise<string> {
  const wire = await tap('orders.>');
  const messages = [
    { subject: 'orders.7.debited', data: { cents: 5 } },
    { subject: 'orders.8.credited', data: { cents: 3 } },
    { subject: 'orders.9.credited', data: { cents: 2 } },
  ];
  const streams = [{ name: 'ORDERS', subjects: ['orders.>'], allow_atomic: true }];
  const sent = bench.client({ streams, provision: 'off' }).publishBatch(messages);
  const opening = await wire.asSent(1);
  const first = wire.messages[0]!.reply;
  wire.send(`PUB ${first} 0\r\n\r\n`);
  const bytes = await wire.asSent(3);
  const last = wire.messages[2]!.reply;
  const ack = '{"stream":"ORDERS","seq":14,"batch":"x","count":3}';
  wire.send(`PUB ${last} ${ack.length}\r\n${ack}\r\n`);
  expect(await sent).toEqual({ stream: 'ORDERS', seq: 14, count: 3, duplicate: false });
  const [, id = ''] = /^Nats-Batch-Id: (\w+)/m.exec(opening) ?? [];
  return bytes.replace(first, INBOX).replace(last, SECOND_INBOX).replaceAll(id, STREAM);
}

/** Gives the bytes of a request, with what its caller makes up replaced. */
async function request(
  send: (client: Client) => Promise<unknown>,
  options: NatsClientOptions = {},
): Promise<string> {
  const wire = await tap('price.>');
  const sent = send(bench.client(options));
  const bytes = await wire.asSent(1);
  const { reply, payload } = wire.messages[0]!;
  const { id = ID } = JSON.parse(payload) as { id?: string };
  wire.send(`PUB ${reply} 2\r\n{}\r\n`);
  await sent;
  return bytes.replace(reply, INBOX).replace(id, ID);
}

/** Gives the bytes of so many replies to a request. */
async function replies(
  count: number,
  subject: string,
  payload = '',
  options: NatsStrategyOptions = {},
): Promise<string> {
  await bench.listen(options.envelope === undefined ? [Prices, Notes] : [Prices], options);
  const wire = await tap('_INBOX.caller.>');
  wire.send(`PUB ${subject} ${INBOX} ${Buffer.byteLength(payload)}\r\n${payload}\r\n`);
  const bytes = await wire.asSent(count);
  const [, stream = STREAM] = /^Reply-Stream: (\w+)/m.exec(bytes) ?? [];
  return bytes.replaceAll(stream, STREAM).replaceAll(/_INBOX\.\w+\.cancel\.\S+/g, CANCEL);
}

/** Gives the bytes with which a caller leaves a stream. */
async function cancellation(): Promise<string> {
  const wire = await tap('price.>', CANCEL);
  const answered = bench.client().request('price.list', {});
  await wire.asSent(1);
  wire.send(`PUB ${wire.messages[0]!.reply} ${CANCEL} 2\r\n{}\r\n`);
  await answered;
  await wire.asSent(2);
  return wire.messages[1]!.asSent;
}

const enveloped = (pattern: string): string =>
  JSON.stringify({ pattern, data: { sku: 'A-1' }, id: ID });
const nest = { envelope: 'nest' } as const;
const sku = { sku: 'A-1' };

/** How the bytes of each example in the document come about. */
const EXAMPLES: Record<string, () => Promise<string>> = {
  event: () => event((client) => client.publish('orders.created', { id: 7, total: 19.9 })),
  'event-nothing': () => event((client) => client.publish('orders.refreshed', undefined)),
  'event-headers': () =>
    event((client) =>
      client.publish('orders.created', { id: 7 }, { headers: { Tenant: 'acme', Tag: ['a', 'b'] } }),
    ),
  'event-text': () =>
    event((client) => client.publish('orders.note', 'grüß', { codec: 'text' }), {
      headers: { Tenant: 'acme' },
    }),
  stream: () => stored((client) => client.publish('orders.created', { id: 7 })),
  'stream-options': () =>
    stored((client) =>
      client.publish(
        'orders.created',
        { id: 7 },
        {
          stream: 'ORDERS',
          msgId: 'order-7',
          expectLastSequence: 41,
          expectLastMsgId: 'order-6',
          ttlMs: 60_000,
        },
      ),
    ),
  'stream-delayed': () =>
    stored((client) => {
      const record = new NatsRecordBuilder({ id: 7 })
        .at(new Date('2031-05-06T07:08:09Z'))
        .scheduleId('remind-7')
        .ttl(60_000)
        .build();
      return lastValueFrom(client.emit('orders.reminded', record));
    }),
  'stream-batch': () => batch(),
  request: () => request((client) => client.request('price.quote', sku)),
  'request-timeout': () =>
    request((client) => {
      const record = new NatsRecordBuilder(sku).header('Tenant', 'acme').timeout(800).build();
      return lastValueFrom(client.send('price.quote', record));
    }),
  reply: () => replies(1, 'price.quote', '{"sku":"A-1"}'),
  'reply-nothing': () => replies(1, 'price.forget'),
  'reply-headers': () => replies(1, 'price.cached'),
  'reply-text': () => replies(1, 'price.note'),
  'reply-error': () => replies(1, 'price.refuse'),
  'reply-internal': () => replies(1, 'price.crash'),
  'reply-bad-request': () => replies(1, 'price.quote', '{"sku":'),
  'reply-stream': () => replies(3, 'price.list'),
  'reply-stream-cancel': () => cancellation(),
  'reply-stream-error': () => replies(3, 'price.broken'),
  'dead-letter': async () => publishDeadLetter(bench, await tap('dead.>'), INBOX),
  'nest-event': () =>
    event((client) => client.publish('orders.created', { id: 7, total: 19.9 }), nest),
  'nest-request': () => request((client) => client.request('price.quote', sku), nest),
  'nest-reply': () => replies(1, 'price.quote', enveloped('price.quote'), nest),
  'nest-reply-error': () => replies(1, 'price.refuse', enveloped('price.refuse'), nest),
  'nest-reply-stream': () => replies(3, 'price.list', enveloped('price.list'), nest),
};

/** The examples of the document; a line of it ends as lines of the protocol do. */
const documented = new Map(
  fencedBlocks(DOCUMENT)
    .filter(({ info }) => info.startsWith('nats '))
    .map(({ info, text }) => [info.slice('nats '.length), text.replaceAll('\n', '\r\n')]),
);

describe('docs/wire.md', () => {
  it('has the examples that are checked here, and no others', () => {
    expect([...documented.keys()].toSorted()).toEqual(Object.keys(EXAMPLES).toSorted());
  });

  it.each(Object.keys(EXAMPLES))('shows the bytes of %s as they are', async (name) => {
    await expect(EXAMPLES[name]!()).resolves.toBe(documented.get(name));
  });

  it('has a row for each header of the table in the code, and no others', () => {
    const rows = tableRows(sectionsOf(DOCUMENT, 2).get('Headers') ?? '');
    const names = rows.map(([name = '']) => name);
    expect(names.toSorted()).toEqual(Object.values(HEADER).toSorted());
    for (const row of rows) expect(row.every((cell) => cell !== '')).toBe(true);
  });

  it('says truly that an Observable without values gives an empty reply', async () => {
    await expect(replies(1, 'price.none')).resolves.toBe(`PUB ${INBOX} 0\r\n\r\n`);
  });
});
