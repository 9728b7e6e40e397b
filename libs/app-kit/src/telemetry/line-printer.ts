import { SpanKind } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/** Prints each span that has ended as a line of JSON. */
export class LinePrinter implements SpanExporter {
  constructor(private readonly service: string) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    for (const span of spans) console.log(JSON.stringify(this.lineOf(span)));
    done({ code: ExportResultCode.SUCCESS });
  }

  async shutdown(): Promise<void> {}

  private lineOf(span: ReadableSpan): object {
    const { traceId, spanId } = span.spanContext();
    const [seconds, nanos] = span.duration;
    return {
      span: span.name,
      kind: SpanKind[span.kind],
      service: this.service,
      trace: traceId,
      id: spanId,
      parent: span.parentSpanContext?.spanId,
      links: span.links.map(({ context }) => context.spanId),
      ms: seconds * 1_000 + nanos / 1_000_000,
      error: span.attributes['error.type'],
    };
  }
}
