import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  context,
  createContextKey,
  diag,
  metrics,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CBaggagePropagator } from '@opentelemetry/core';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { AlwaysOffSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { isTracingAbsent } from './absence.js';

afterEach(() => {
  trace.disable();
  propagation.disable();
  context.disable();
  metrics.disable();
  diag.disable();
});

/** Loads the API once more, as an application does that has two versions of it installed. */
async function anotherCopy(): Promise<typeof import('@opentelemetry/api')> {
  let copy!: typeof import('@opentelemetry/api');
  await jest.isolateModulesAsync(async () => {
    copy = await import('@opentelemetry/api');
  });
  expect(copy.trace).not.toBe(trace);
  return copy;
}

describe('isTracingAbsent', () => {
  it('is so where nothing is set, and where it no longer is', () => {
    expect(isTracingAbsent()).toBe(true);
    trace.setGlobalTracerProvider(new BasicTracerProvider());
    propagation.setGlobalPropagator(new W3CBaggagePropagator());
    trace.disable();
    propagation.disable();
    expect(isTracingAbsent()).toBe(true);
  });

  it('is so where what is set has no part in it', () => {
    metrics.setGlobalMeterProvider(new MeterProvider());
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    expect(isTracingAbsent()).toBe(true);
  });

  it.each([
    ['a tracer provider', new BasicTracerProvider()],
    ['one that samples nothing', new BasicTracerProvider({ sampler: new AlwaysOffSampler() })],
    ['one that does nothing', { getTracer: () => trace.getTracer('a') }],
  ])('is not with %s', (_, provider) => {
    trace.setGlobalTracerProvider(provider);
    expect(isTracingAbsent()).toBe(false);
  });

  const silent: TextMapPropagator = {
    inject: () => undefined,
    extract: (given) => given,
    fields: () => [],
  };
  it.each([
    ['a propagator', new W3CBaggagePropagator()],
    ['one that names no fields', silent],
  ])('is not with %s alone', (_, propagator) => {
    propagation.setGlobalPropagator(propagator);
    expect(isTracingAbsent()).toBe(false);
  });

  it('is not while a context is active', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const own = ROOT_CONTEXT.setValue(createContextKey('tenant'), 'acme');
    expect(context.with(own, isTracingAbsent)).toBe(false);
  });

  it('is not when another copy of the API has set something', async () => {
    const other = await anotherCopy();
    expect(isTracingAbsent()).toBe(true);
    other.trace.setGlobalTracerProvider(new BasicTracerProvider());
    expect(isTracingAbsent()).toBe(false);
    other.trace.disable();
    expect(isTracingAbsent()).toBe(true);
    other.propagation.setGlobalPropagator(silent);
    expect(isTracingAbsent()).toBe(false);
  });
});
