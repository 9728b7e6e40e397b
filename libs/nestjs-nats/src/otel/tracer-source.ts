import { trace, type Tracer, type TracerProvider } from '@opentelemetry/api';
import { SCOPE } from './scope.js';

/** Gives the tracer of the provider that is set globally at present. */
export class GlobalTracer {
  private provider: TracerProvider | undefined;
  private known!: Tracer;

  /**
   * The tracer. One that is kept would follow its own copy of the API only: another copy, of which an
   * SDK may have been set, replaces the provider.
   */
  get current(): Tracer {
    const provider = trace.getTracerProvider();
    if (provider !== this.provider) {
      this.known = provider.getTracer(...SCOPE);
      this.provider = provider;
    }
    return this.known;
  }
}
