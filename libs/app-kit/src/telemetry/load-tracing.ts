import type { RequestHandler } from 'express';
import type { NatsInterceptor } from 'nestjs-nats';

/** What an app is given, so that it traces. */
export interface Tracing {
  /** For the NATS module. */
  readonly interceptors: NatsInterceptor[];
  /** Stands around what comes over HTTP. */
  readonly middleware: RequestHandler;
}

/**
 * Starts tracing, or gives nothing. OpenTelemetry is loaded when it is wanted, and else not needed.
 *
 * @param exporter where spans go
 * @param service names the process in its spans
 */
export async function loadTracing(
  exporter: 'none' | 'console',
  service: string,
): Promise<Tracing | undefined> {
  if (exporter === 'none') return undefined;
  const { startTracing } = await import('./start-tracing.js');
  const { traceRequests } = await import('./trace-requests.js');
  return { interceptors: startTracing(service), middleware: traceRequests(service) };
}
