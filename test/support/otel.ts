import { context, propagation, type TextMapPropagator } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import {
  type MetricData,
  MeterProvider,
  MetricReader,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { waitFor } from './wait-for.js';

/** Writes and reads W3C trace context and baggage. */
export const w3c: TextMapPropagator = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});

/** Is an OpenTelemetry SDK that keeps spans in memory. */
export class SpanKeeper {
  private readonly exporter = new InMemorySpanExporter();
  /** The ids of spans in the order they began: their times are too coarse to tell. */
  private readonly begun: string[] = [];
  readonly provider = new BasicTracerProvider({
    spanProcessors: [
      new SimpleSpanProcessor(this.exporter),
      {
        onStart: (span) => void this.begun.push(span.spanContext().spanId),
        onEnd: () => undefined,
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  });

  /** Makes contexts follow asynchronous calls, for this process. */
  static followContexts(): () => void {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    return () => {
      context.disable();
      propagation.disable();
    };
  }

  /** The spans that have ended, in that order. */
  get spans(): readonly ReadableSpan[] {
    return this.exporter.getFinishedSpans();
  }

  /** Waits until so many spans have ended, and gives them in the order they began. */
  async ended(count: number): Promise<ReadableSpan[]> {
    await waitFor(() => this.spans.length >= count, {
      what: () => `${count} spans; there are ${this.spans.map(({ name }) => name).join(', ')}`,
    });
    const place = (span: ReadableSpan): number => this.begun.indexOf(span.spanContext().spanId);
    return this.spans.toSorted((one, other) => place(one) - place(other));
  }

  /** Gives the one span of a name. */
  named(name: string): ReadableSpan {
    const found = this.spans.filter((span) => span.name === name);
    const [only] = found;
    if (only === undefined || found.length > 1) {
      throw new Error(
        `${found.length} spans are named ${name}; there are ${this.spans.map((span) => span.name).join(', ')}`,
      );
    }
    return only;
  }

  clear(): void {
    this.exporter.reset();
  }
}

/** A value of a metric, with its attributes. */
export interface Point {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of a histogram: how many values there are. */
  readonly value: number;
}

/** Is an OpenTelemetry SDK whose metrics are read when they are asked for. */
export class MetricKeeper {
  private readonly reader = new ReaderOnDemand();
  readonly provider = new MeterProvider({ readers: [this.reader] });

  /** Collects all metrics there are, by name. */
  async all(): Promise<Map<string, MetricData>> {
    const metrics = (await this.collect()).flatMap((scope) => scope.metrics);
    return new Map(metrics.map((metric) => [metric.descriptor.name, metric]));
  }

  /** Collects who has made them. */
  async scopes(): Promise<ScopeMetrics['scope'][]> {
    return (await this.collect()).map(({ scope }) => scope);
  }

  /** Collects the values of one metric; none when it has none. */
  async points(name: string): Promise<Point[]> {
    const metric = (await this.all()).get(name);
    return (metric?.dataPoints ?? []).map(({ attributes, value }) => ({
      attributes,
      value: typeof value === 'number' ? value : value.count,
    }));
  }

  /** Waits until the values of a metric add up to so much. */
  async reach(name: string, total: number): Promise<Point[]> {
    let points: Point[] = [];
    const sum = (): number => points.reduce((whole, { value }) => whole + value, 0);
    await waitFor(async () => (points = await this.points(name)) && sum() >= total, {
      what: () => `${name} to be ${total}; it is ${sum()}`,
    });
    return points;
  }

  stop(): Promise<void> {
    return this.provider.shutdown();
  }

  private async collect(): Promise<ScopeMetrics[]> {
    const { resourceMetrics, errors } = await this.reader.collect();
    if (errors.length > 0) throw new AggregateError(errors, 'Metrics could not be collected');
    return resourceMetrics.scopeMetrics;
  }
}

class ReaderOnDemand extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
