import { describe, expect, it } from '@jest/globals';
import type { Meter } from '@opentelemetry/api';
import {
  AggregationType,
  MeterProvider,
  type MetricData,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { prometheusText } from './prometheus-text.js';

class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** What the SDK makes of some measurements. */
async function measured(measure: (meter: Meter) => void): Promise<MetricData[]> {
  const reader = new Reader();
  const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
  const provider = new MeterProvider({
    readers: [reader],
    views: [{ instrumentName: 'exponential', aggregation }],
  });
  measure(provider.getMeter('test'));
  const { resourceMetrics } = await reader.collect();
  await provider.shutdown();
  return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
}

const linesOf = async (measure: (meter: Meter) => void): Promise<string[]> =>
  prometheusText(await measured(measure)).split('\n');

describe('the text that Prometheus reads', () => {
  it('has counters, whose names say so', async () => {
    const lines = await linesOf((meter) => {
      const counter = meter.createCounter('a.b', { unit: '{message}', description: 'How many.' });
      counter.add(2, { 'c.d': 'x' });
      counter.add(1);
    });
    expect(lines).toEqual([
      '# HELP a_b_total How many.',
      '# TYPE a_b_total counter',
      'a_b_total{c_d="x"} 2',
      'a_b_total 1',
      '',
    ]);
  });

  it('has gauges of what goes up and down, with their unit', async () => {
    const lines = await linesOf((meter) => {
      meter.createUpDownCounter('places').add(-3);
      meter.createGauge('size', { unit: 'By' }).record(7);
    });
    expect(lines).toEqual([
      '# HELP places ',
      '# TYPE places gauge',
      'places -3',
      '# HELP size_bytes ',
      '# TYPE size_bytes gauge',
      'size_bytes 7',
      '',
    ]);
  });

  it('has histograms, each bucket with all that is below', async () => {
    const lines = await linesOf((meter) => {
      const advice = { explicitBucketBoundaries: [0.5, 1] };
      const histogram = meter.createHistogram('time', { unit: 's', advice });
      for (const seconds of [0.25, 0.75, 0.5, 4]) histogram.record(seconds, { a: 'b' });
    });
    expect(lines.slice(1)).toEqual([
      '# TYPE time_seconds histogram',
      'time_seconds_bucket{a="b",le="0.5"} 2',
      'time_seconds_bucket{a="b",le="1"} 3',
      'time_seconds_bucket{a="b",le="+Inf"} 4',
      'time_seconds_sum{a="b"} 5.5',
      'time_seconds_count{a="b"} 4',
      '',
    ]);
  });

  it('has of exponential histograms what it can', async () => {
    const lines = await linesOf((meter) => meter.createHistogram('exponential').record(3));
    expect(lines.slice(1)).toEqual([
      '# TYPE exponential summary',
      'exponential_sum 3',
      'exponential_count 1',
      '',
    ]);
  });

  it('is a line for each value, whatever is in a label', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        const lines = await linesOf((meter) => meter.createCounter('n').add(1, { text }));
        expect(lines).toHaveLength(4);
        const [, quoted] = /^n_total\{text="((?:[^"\\]|\\["\\n])*)"\} 1$/s.exec(lines[2]!)!;
        const raw = quoted!.replaceAll(/\\(.)/g, (_, next) => (next === 'n' ? '\n' : next));
        expect(raw).toBe(text);
      }),
    );
  });
});
