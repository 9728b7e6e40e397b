// Draws docs/guides/trace.svg: runs a small shop on a real nats-server, traces it, and shows the trace.
// npm run docs:trace
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { context, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { NatsClient, NatsStrategy } from 'nestjs-nats';
import { natsTracing } from 'nestjs-nats/otel';
import { startNatsServer } from 'nestjs-nats/testing';

const FILE = join(import.meta.dirname, '../docs/guides/trace.svg');
const STREAMS = [{ name: 'ORDERS', subjects: ['orders.>'] }];

const COLOURS = { CLIENT: '#2563eb', SERVER: '#0d9488', PRODUCER: '#9333ea', CONSUMER: '#d97706' };
const [WIDTH, LEFT, ROW, TOP] = [960, 330, 30, 54];

/** Serves the shop, sends it one order, and gives the spans of that. */
async function run() {
  const exporter = new InMemorySpanExporter();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
  const server = await startNatsServer();
  const options = { servers: server.url, interceptors: [natsTracing()] };
  const client = new NatsClient({ ...options, streams: STREAMS });
  const strategy = new NatsStrategy({ ...options, streams: STREAMS });
  try {
    await serve(strategy, client);
    // what is made once is no part of the picture
    await client.connect();
    const shop = trace.getTracer('shop').startSpan('POST /orders', { kind: SpanKind.SERVER });
    await context.with(trace.setSpan(ROOT_CONTEXT, shop), () =>
      client.request('shop.order', { id: 7 }),
    );
    shop.end();
    while (exporter.getFinishedSpans().length < 9) await sleep(10);
    return exporter.getFinishedSpans();
  } finally {
    await Promise.all([client.close(), strategy.close()]);
    await server.stop();
  }
}

/** Adds what the shop does. @returns when it listens */
async function serve(strategy, client) {
  const order = async ({ id }) => {
    await client.request('stock.reserve', { id });
    await client.publish('orders.created', { id });
    return 'taken';
  };
  let attempts = 0;
  const bill = async () => {
    await sleep(12);
    if (++attempts === 1)
      throw Object.assign(new Error('the bank is closed'), { code: 'CLOSED_BANK' });
    await client.publish('orders.billed', {});
  };
  await strategy.registerSubscriber('shop.order', order, { respond: true });
  await strategy.registerSubscriber('stock.reserve', () => sleep(8), { respond: true });
  await strategy.registerSubscriber('orders.created', bill, {
    stream: 'ORDERS',
    durable: 'billing',
    retry: { attempts: 3, initialMs: 30, jitter: 0 },
  });
  await new Promise((resolve, reject) => {
    strategy.listen((error) => (error === undefined ? resolve() : reject(error)));
  });
}

const ms = ([seconds, nanos]) => seconds * 1_000 + nanos / 1_000_000;

/** Puts spans below their parents, each with how deep it is. */
function asTree(spans) {
  const below = (parent, depth) =>
    spans
      .filter((span) => span.parentSpanContext?.spanId === parent)
      .toSorted((one, other) => ms(one.startTime) - ms(other.startTime))
      .flatMap((span) => [{ span, depth }, ...below(span.spanContext().spanId, depth + 1)]);
  return below(undefined, 0);
}

function draw(spans) {
  const rows = asTree(spans);
  const start = Math.min(...spans.map((span) => ms(span.startTime)));
  const end = Math.max(...spans.map((span) => ms(span.endTime)));
  const x = (time) => LEFT + ((time - start) / (end - start)) * (WIDTH - LEFT - 70);
  const height = TOP + rows.length * ROW + 34;
  const lines = rows.flatMap(({ span, depth }, row) => drawSpan(span, depth, TOP + row * ROW, x));
  const legend = Object.entries(COLOURS).flatMap(([kind, colour], i) => [
    `<rect x="${LEFT + i * 130}" y="18" width="12" height="12" rx="2" fill="${colour}"/>`,
    `<text x="${LEFT + i * 130 + 18}" y="28">${kind.toLowerCase()}</text>`,
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="13" fill="#1f2937" role="img">`,
    '<title>One order, as one trace</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    '<text x="16" y="28" font-weight="600">One order, one trace</text>',
    ...legend,
    ...lines,
    `<text x="${LEFT}" y="${height - 12}" fill="#6b7280">0 ms</text>`,
    `<text x="${WIDTH - 70}" y="${height - 12}" text-anchor="end" fill="#6b7280">${Math.round(end - start)} ms</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function drawSpan(span, depth, y, x) {
  const [from, to] = [x(ms(span.startTime)), x(ms(span.endTime))];
  const colour = COLOURS[SpanKind[span.kind]];
  const failed = span.attributes['error.type'];
  const events = span.events.filter(({ name }) => name.startsWith('nestjs_nats.'));
  return [
    `<text x="${16 + depth * 16}" y="${y + 14}">${span.name}</text>`,
    `<rect x="${from.toFixed(1)}" y="${y + 3}" width="${Math.max(to - from, 3).toFixed(1)}" height="14" rx="3" fill="${colour}"${failed ? ' stroke="#dc2626" stroke-width="2"' : ''}/>`,
    `<text x="${(to + 6).toFixed(1)}" y="${y + 14}" font-size="11" fill="${failed ? '#dc2626' : '#6b7280'}">${failed ?? `${ms(span.duration).toFixed(1)} ms`}${events.map(({ name }) => `, ${name.slice('nestjs_nats.'.length)}`).join('')}</text>`,
  ];
}

const spans = await run();
writeFileSync(FILE, draw(spans));
console.log(`Drew ${spans.length} spans to ${FILE}`);
