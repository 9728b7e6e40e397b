import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { metrics, trace } from '@opentelemetry/api';
import type { NatsInterceptor } from 'nestjs-nats';
import { natsMetrics, natsTracing } from 'nestjs-nats/otel';
import { NatsBench } from '../support/nats-bench.js';
import { MetricKeeper, SpanKeeper } from '../support/otel.js';

const { name, version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../libs/nestjs-nats/package.json'), 'utf8'),
) as { name: string; version: string };

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('spans and metrics say which version made them, and by which conventions', () => {
  let spans: SpanKeeper;
  let keeper: MetricKeeper;
  beforeEach(() => {
    [spans, keeper] = [new SpanKeeper(), new MetricKeeper()];
    bench.own(() => keeper.stop());
  });

  async function see(interceptors: NatsInterceptor[]): Promise<void> {
    await bench.client({ interceptors }).publish('a', 1);
    const scope = { name, version, schemaUrl: 'https://opentelemetry.io/schemas/1.37.0' };
    expect(spans.spans.map(({ instrumentationScope }) => instrumentationScope)).toEqual([scope]);
    expect(await keeper.scopes()).toEqual([scope]);
  }

  it('where providers are given', () =>
    see([
      natsTracing({ tracerProvider: spans.provider }),
      natsMetrics({ meterProvider: keeper.provider }),
    ]));

  it('where the global ones are used', async () => {
    trace.setGlobalTracerProvider(spans.provider);
    metrics.setGlobalMeterProvider(keeper.provider);
    try {
      await see([natsTracing(), natsMetrics()]);
    } finally {
      trace.disable();
      metrics.disable();
    }
  });
});
