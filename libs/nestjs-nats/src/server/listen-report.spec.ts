import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { handlerInfo } from './handler-info.js';
import type { NatsListenInfo } from './listen-info.js';
import { ListenReport } from './listen-report.js';

const INFO: NatsListenInfo = {
  server: '127.0.0.1:4222',
  serverVersion: '2.15.1',
  subscriptions: [
    {
      kind: 'request',
      subject: 'price.quote',
      queue: 'pricing',
      patterns: ['price.quote'],
      handlers: [
        {
          pattern: 'price.quote',
          places: ['PriceController.quote'],
          options: { queue: 'pricing', concurrency: 8 },
        },
      ],
    },
    {
      kind: 'event',
      subject: 'price.*.changed',
      queue: undefined,
      patterns: ['price.:sku.changed'],
      handlers: [{ pattern: 'price.:sku.changed', places: [], options: {} }],
    },
  ],
  consumers: [
    {
      stream: 'ORDERS',
      consumer: 'billing',
      durable: 'billing',
      mode: 'durable',
      action: 'keep',
      changes: [],
      subjects: ['orders.*.created'],
      patterns: ['orders.:id.created'],
      handlers: [
        {
          pattern: 'orders.:id.created',
          places: ['Billing.bill'],
          options: { stream: 'ORDERS', durable: 'billing', retry: '{ attempts: 5 }' },
        },
      ],
    },
    {
      stream: 'ORDERS',
      consumer: 'X1',
      durable: undefined,
      mode: 'ordered',
      action: 'create',
      changes: [],
      subjects: ['orders.>'],
      patterns: ['orders.>'],
      handlers: [{ pattern: 'orders.>', places: ['Board.show'], options: {} }],
    },
  ],
  streams: [],
  warnings: [],
};

const TEXT = `
Listens on 127.0.0.1:4222 (nats-server 2.15.1)
handler                kind     subject           shared by                options
PriceController.quote  request  price.quote       queue pricing            concurrency: 8
price.:sku.changed     event    price.*.changed   nobody
Billing.bill           stream   orders.*.created  ORDERS, durable billing  retry: { attempts: 5 }
Board.show             stream   orders.>          ORDERS, ordered
Streams: none`.trim();

describe('ListenReport', () => {
  const report = new ListenReport(INFO, ['Streams: none']);

  it('is a table in a terminal', () => {
    expect(String(report)).toBe(TEXT);
    expect(inspect(report)).toBe(TEXT);
  });

  it('is the facts where entries are JSON', () => {
    expect(JSON.parse(JSON.stringify({ message: report }))).toEqual({
      message: JSON.parse(JSON.stringify(INFO)),
    });
  });

  it('says that a server is waited for', () => {
    const later = new ListenReport({ ...INFO, server: undefined, serverVersion: undefined });
    expect(String(later)).toMatch(/^Will listen when there is a server\nhandler /);
  });

  it('says that there are no handlers', () => {
    const none = new ListenReport({ ...INFO, subscriptions: [], consumers: [] });
    expect(String(none)).toBe('Listens on 127.0.0.1:4222 (nats-server 2.15.1), without handlers');
  });
});

describe('handlerInfo', () => {
  it('shows options as plain values, and not more of them than a log has room for', () => {
    const codec = { contentType: 'application/x', encode: () => 1n, self: {} };
    codec.self = codec;
    const extras = {
      codec,
      concurrency: 2,
      retry: { attempts: 3, on: [TypeError] },
      queue: undefined,
    };
    const { options } = handlerInfo({ route: 'a', extras }, undefined);
    expect(options).toEqual({
      codec: 'application/x',
      concurrency: 2,
      retry: '{ attempts: 3, on: [ [Function: TypeError] ] }',
    });
    const long = handlerInfo({ route: 'a', extras: { x: { text: 'y'.repeat(1_000) } } }, undefined);
    expect(long.options['x']).toHaveLength(80);
  });

  it('names the methods, as far as they are known', () => {
    const handler = { route: 'a', extras: {} };
    expect(handlerInfo(handler, undefined).places).toEqual([]);
    expect(handlerInfo(handler, (route) => [`At.${route}`]).places).toEqual(['At.a']);
  });
});
