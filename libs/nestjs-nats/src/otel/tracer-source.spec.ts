import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { GlobalTracer } from './tracer-source.js';

afterEach(() => trace.disable());

const isRecorded = (tracer: GlobalTracer): boolean => {
  const span = tracer.current.startSpan('a');
  span.end();
  return span.isRecording() || span.spanContext().traceFlags === 1;
};

describe('GlobalTracer', () => {
  it('follows a provider that is set later, and another in its place', () => {
    const tracer = new GlobalTracer();
    expect(isRecorded(tracer)).toBe(false);
    trace.setGlobalTracerProvider(new BasicTracerProvider());
    expect(isRecorded(tracer)).toBe(true);
    trace.disable();
    expect(isRecorded(tracer)).toBe(false);
    trace.setGlobalTracerProvider(new BasicTracerProvider());
    expect(isRecorded(tracer)).toBe(true);
  });

  it('follows a provider that is set by another copy of the API', async () => {
    const tracer = new GlobalTracer();
    expect(isRecorded(tracer)).toBe(false);
    await jest.isolateModulesAsync(async () => {
      const other = await import('@opentelemetry/api');
      expect(other.trace).not.toBe(trace);
      other.trace.setGlobalTracerProvider(new BasicTracerProvider());
    });
    expect(isRecorded(tracer)).toBe(true);
  });

  it('asks a provider once for its tracer', () => {
    const getTracer = jest.fn(() => new BasicTracerProvider().getTracer('a'));
    trace.setGlobalTracerProvider({ getTracer });
    const tracer = new GlobalTracer();
    expect(tracer.current).toBe(tracer.current);
    expect(getTracer).toHaveBeenCalledTimes(1);
  });
});
