import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api';
import type { MetricEntry } from './metric-table.js';
import type { Sums } from './sums.js';

/** Is a gauge of sums. What is not there any more is told as 0: an SDK may repeat its last value for ever. */
export class SumGauge {
  readonly instrument: Observable;
  /** What was told last, by its key in {@link Sums}. */
  private readonly told = new Map<string, Attributes>();

  constructor(meter: Meter, { name, unit, description }: MetricEntry) {
    this.instrument = meter.createObservableGauge(name, { unit, description });
  }

  /** @param isWhole whether what is not among the sums is not there; else it is not known */
  observe(result: BatchObservableResult, { values }: Sums, isWhole = true): void {
    for (const [key, { attributes, value }] of values) {
      result.observe(this.instrument, value, attributes);
      this.told.set(key, attributes);
    }
    if (!isWhole) return;
    for (const [key, attributes] of this.told) {
      if (values.has(key)) continue;
      result.observe(this.instrument, 0, attributes);
      this.told.delete(key);
    }
  }
}
