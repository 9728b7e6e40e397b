import { type BatchObservableResult, diag, type Meter } from '@opentelemetry/api';
import type { HandlerLoad, NatsParticipant, StrategyParticipant } from '../index.js';
import { connectionAttributes, handlerAttributes } from './event-counters.js';
import { METRIC, type MetricEntry } from './metric-table.js';
import { SumGauge } from './sum-gauge.js';
import { Sums } from './sums.js';
import { Watched } from './watched.js';

type Gauges<Name extends string> = Readonly<Record<Name, SumGauge>>;

/** Looks at clients and strategies whenever metrics are collected. */
export class Observations {
  private readonly watched = new Watched();

  /** @param seen is told of each handler whenever metrics are collected, before they are */
  constructor(
    meter: Meter,
    consumerLag: boolean,
    private readonly seen: (handler: HandlerLoad) => void,
  ) {
    const gauge = (entry: MetricEntry): SumGauge => new SumGauge(meter, entry);
    const load = { inFlight: gauge(METRIC.inFlight), pending: gauge(METRIC.pending) };
    const connection = {
      up: gauge(METRIC.up),
      down: gauge(METRIC.down),
      buffered: gauge(METRIC.buffered),
    };
    const watch = (
      gauges: Gauges<string>,
      callback: (result: BatchObservableResult) => void | Promise<void>,
    ): void => {
      const instruments = Object.values(gauges).map(({ instrument }) => instrument);
      meter.addBatchObservableCallback(callback, instruments);
    };
    watch(load, (result) => this.observeLoad(result, load));
    watch(connection, (result) => this.observeConnections(result, connection));
    if (!consumerLag) return;
    const consumers = { lag: gauge(METRIC.lag), unacknowledged: gauge(METRIC.unacknowledged) };
    watch(consumers, (result) => this.observeConsumers(result, consumers));
  }

  attachTo(participant: NatsParticipant): void {
    this.watched.add(participant);
  }

  private observeLoad(
    result: BatchObservableResult,
    { inFlight, pending }: Gauges<'inFlight' | 'pending'>,
  ): void {
    const [working, waiting] = [new Sums(), new Sums()];
    for (const strategy of this.watched.strategies) {
      for (const handler of strategy.load()) {
        this.seen(handler);
        const attributes = handlerAttributes(handler);
        working.add(handler.inFlight, attributes);
        waiting.add(handler.pending, attributes);
      }
    }
    inFlight.observe(result, working);
    pending.observe(result, waiting);
  }

  private observeConnections(
    result: BatchObservableResult,
    { up, down, buffered }: Gauges<'up' | 'down' | 'buffered'>,
  ): void {
    const [standing, fallen, bytes] = [new Sums(), new Sums(), new Sums()];
    for (const [connection, { isUp }] of this.watched.connections) {
      const attributes = connectionAttributes(connection);
      standing.add(isUp ? 1 : 0, attributes);
      fallen.add(isUp ? 0 : 1, attributes);
      bytes.add(connection.countBuffered(), attributes);
    }
    up.observe(result, standing);
    down.observe(result, fallen);
    buffered.observe(result, bytes);
  }

  private async observeConsumers(
    result: BatchObservableResult,
    { lag, unacknowledged }: Gauges<'lag' | 'unacknowledged'>,
  ): Promise<void> {
    const [behind, open] = [new Sums(), new Sums()];
    const ask = async (strategy: StrategyParticipant): Promise<boolean> => {
      try {
        for (const { stream, consumer, ...state } of await strategy.consumerStates()) {
          const attributes = handlerAttributes({ stream, consumer });
          behind.add(state.pending, attributes);
          open.add(state.unacknowledged, attributes);
        }
        return true;
      } catch (error) {
        diag.warn(`nestjs-nats: the lag of consumers is not known: ${String(error)}`);
        return false;
      }
    };
    const answers = await Promise.all(this.watched.strategies.map(ask));
    const isWhole = !answers.includes(false);
    lag.observe(result, behind, isWhole);
    unacknowledged.observe(result, open, isWhole);
  }
}
