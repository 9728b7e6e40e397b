import {
  context,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import {
  isRetryLater,
  type NatsInterceptor,
  type NatsOperation,
  type ProcessOperation,
  type PublishOperation,
  type RequestOperation,
} from '../index.js';
import { ATTRIBUTE } from './attributes.js';
import { errorType } from './error-type.js';
import { HEADER_GETTER, HEADER_SETTER } from './header-carrier.js';
import { isBatch, messagesOf } from './received.js';
import { addSettlement } from './settlement-events.js';
import { messageAttributes, spanFacts } from './span-facts.js';
import {
  type NatsTracingOptions,
  resolveTracing,
  type TracingSettings,
} from './tracing-options.js';

/**
 * Makes an interceptor that traces what goes out and what comes in with OpenTelemetry:
 *
 * ```ts
 * NatsModule.forRoot({ servers, interceptors: [natsTracing()] });
 * ```
 *
 * A span stands around every event and request that is sent and every message that is handled, and
 * its context travels in the headers. Inside a handler, the span of its message is the active one.
 * Several messages handled together have one span, with a link to each.
 *
 * While nothing is set globally, and neither a tracer provider nor a propagator is given, it is idle.
 *
 * @throws NatsTransportError `INVALID_OPTIONS` that names every fault
 */
export function natsTracing(options: NatsTracingOptions = {}): NatsInterceptor {
  const settings = resolveTracing(options);
  const tracing = new Tracing(settings);
  const intercept: NatsInterceptor = (operation, next) =>
    operation.kind === 'process' ? tracing.process(operation, next) : tracing.send(operation, next);
  const { isIdle } = settings;
  return isIdle === undefined ? intercept : Object.assign(intercept, { isIdle });
}

type Next = () => Promise<unknown>;

class Tracing {
  constructor(private readonly settings: TracingSettings) {}

  async send(operation: PublishOperation | RequestOperation, next: Next): Promise<unknown> {
    const { propagator, ignore } = this.settings;
    const active = context.active();
    if (ignore(operation)) {
      propagator.inject(active, operation.headers, HEADER_SETTER);
      return next();
    }
    const span = this.start(operation, active, []);
    const inside = trace.setSpan(active, span);
    propagator.inject(inside, operation.headers, HEADER_SETTER);
    try {
      const result = await context.with(inside, next);
      if (operation.kind === 'publish') addAck(span, result);
      return result;
    } catch (error) {
      addFailure(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  async process(operation: ProcessOperation, next: Next): Promise<unknown> {
    const { parent, links } = this.origin(operation);
    if (this.settings.ignore(operation)) return context.with(parent, next);
    const span = this.start(operation, parent, links);
    const end = endOf(span, operation);
    try {
      return await context.with(trace.setSpan(parent, span), next);
    } catch (error) {
      // to be put off is what the handler wants, and no failure
      if (!isRetryLater(error)) addFailure(span, error);
      throw error;
    } finally {
      end();
    }
  }

  private start(operation: NatsOperation, parent: Context, links: Link[]): Span {
    const { tracer, destinations, captureHeaders } = this.settings;
    const { name, kind, attributes } = spanFacts(operation, destinations, captureHeaders);
    return tracer().startSpan(name, { kind, attributes, links }, parent);
  }

  /**
   * Says where a message comes from. What is active when it arrives says nothing: it belongs to
   * whoever has opened the connection. Messages of several traces have a trace of their own, linked
   * to each of them.
   */
  private origin({ context: received }: ProcessOperation): { parent: Context; links: Link[] } {
    const read = ({ headers }: Pick<typeof received, 'headers'>): Context =>
      this.settings.propagator.extract(ROOT_CONTEXT, headers, HEADER_GETTER);
    if (!isBatch(received)) return { parent: read(received), links: [] };
    const { messages } = received;
    const origins = messages.map(read);
    const links = origins.flatMap((origin, i): Link[] => {
      const from = trace.getSpanContext(origin);
      return from ? [{ context: from, attributes: messageAttributes(messages[i]!) }] : [];
    });
    const traces = new Set(origins.map((origin) => trace.getSpanContext(origin)?.traceId));
    return { parent: traces.size === 1 ? origins[0]! : ROOT_CONTEXT, links };
  }
}

/**
 * Gives what ends a span when the handling has ended; of messages of a stream, when it is also known
 * what becomes of each.
 */
function endOf(span: Span, { context: received, onSettled }: ProcessOperation): () => void {
  if (onSettled === undefined) return () => span.end();
  const messages = messagesOf(received);
  let open = messages.length + 1;
  const close = (): void => {
    if (--open === 0) span.end();
  };
  onSettled((settlement, index) => {
    const message = messages[index];
    if (message !== undefined) addSettlement(span, settlement, message);
    if (messages.length === 1) span.setAttribute(ATTRIBUTE.outcome, settlement.action);
    close();
  });
  return close;
}

function addAck(span: Span, ack: unknown): void {
  const { stream, seq, duplicate, count } = Object(ack) as Record<string, unknown>;
  if (typeof stream === 'string') span.setAttribute(ATTRIBUTE.stream, stream);
  // of a batch it is that of the last message
  if (typeof seq === 'number' && count === undefined) span.setAttribute(ATTRIBUTE.sequence, seq);
  if (duplicate === true) span.setAttribute(ATTRIBUTE.duplicate, true);
}

function addFailure(span: Span, error: unknown): void {
  const type = errorType(error);
  span.setAttribute(ATTRIBUTE.errorType, type);
  const { message } = Object(error) as { message?: unknown };
  const text = typeof message === 'string' ? message : type;
  span.recordException(error instanceof Error ? error : { name: type, message: text });
  span.setStatus({ code: SpanStatusCode.ERROR, message: text });
}
