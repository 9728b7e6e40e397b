import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Request, RequestHandler } from 'express';

/**
 * Makes a middleware that has a span around every HTTP request, below that of its caller.
 *
 * @param tracerName names who made the spans
 */
export function traceRequests(tracerName: string): RequestHandler {
  const tracer = trace.getTracer(tracerName);
  return (request, response, next) => {
    const caller = propagation.extract(ROOT_CONTEXT, request.headers);
    const span = tracer.startSpan(request.method, { kind: SpanKind.SERVER }, caller);
    response.once('close', () => {
      // which route it is, is known now
      span.updateName(`${request.method} ${routeOf(request)}`);
      span.setAttribute('http.response.status_code', response.statusCode);
      if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    context.with(trace.setSpan(caller, span), next);
  };
}

function routeOf({ route }: Request): string {
  const { path } = Object(route) as { path?: unknown };
  return typeof path === 'string' ? path : '';
}
