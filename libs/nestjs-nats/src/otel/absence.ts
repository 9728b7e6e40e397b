import {
  context,
  propagation,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  trace,
  type TracerProvider,
} from '@opentelemetry/api';

/** Stands behind the global tracer provider while none is set. */
const NOTHING = new ProxyTracerProvider().getDelegate();

/** Is where all copies of the API keep what is set globally. */
const GLOBALS = Symbol.for('opentelemetry.js.api.1');

/**
 * Tells whether tracing has nothing to do: no tracer provider and no propagator is set globally, by
 * whichever copy of the API, and no context is active. In doubt it has: then it costs time, and nothing
 * is lost. It takes some nanoseconds, as it is asked at every message.
 */
export function isTracingAbsent(): boolean {
  return !hasProvider() && !hasPropagator() && context.active() === ROOT_CONTEXT;
}

function hasProvider(): boolean {
  const provider: TracerProvider & Partial<ProxyTracerProvider> = trace.getTracerProvider();
  return provider.getDelegate?.() !== NOTHING;
}

function hasPropagator(): boolean {
  const { [GLOBALS]: globals } = globalThis as { [GLOBALS]?: { readonly propagation?: unknown } };
  // one may name no fields, and write some nevertheless
  return globals?.propagation !== undefined || propagation.fields().length > 0;
}
