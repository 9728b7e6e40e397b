import {
  type BatchObservableResult,
  diag,
  type Meter,
  type Observable,
  type ObservableGauge,
} from '@opentelemetry/api';
import type {
  HandlerLoad,
  NatsConnectionView,
  NatsParticipant,
  StrategyParticipant,
} from '../index.js';
import { connectionAttributes, handlerAttributes } from './event-counters.js';
import { METRIC, type MetricEntry } from './metric-table.js';
import { Sums } from './sums.js';

/** Looks at clients and strategies whenever metrics are collected. */
export class Observations {
  private readonly strategies = new Set<StrategyParticipant>();
  private readonly connections = new Map<NatsConnectionView, { isUp: boolean }>();

  /** @param seen is told of each handler whenever metrics are collected, before they are */
  constructor(
    meter: Meter,
    consumerLag: boolean,
    private readonly seen: (handler: HandlerLoad) => void,
  ) {
    const gauge = ({ name, unit, description }: MetricEntry): ObservableGauge =>
      meter.createObservableGauge(name, { unit, description });
    const load = { inFlight: gauge(METRIC.inFlight), pending: gauge(METRIC.pending) };
    const connection = { up: gauge(METRIC.up), buffered: gauge(METRIC.buffered) };
    const watch = (
      gauges: Readonly<Record<string, Observable>>,
      callback: (result: BatchObservableResult) => void | Promise<void>,
    ): void => meter.addBatchObservableCallback(callback, Object.values(gauges));
    watch(load, (result) => this.observeLoad(result, load));
    watch(connection, (result) => this.observeConnections(result, connection));
    if (!consumerLag) return;
    const consumers = { lag: gauge(METRIC.lag), unacknowledged: gauge(METRIC.unacknowledged) };
    watch(consumers, (result) => this.observeConsumers(result, consumers));
  }

  attachTo(participant: NatsParticipant): void {
    if (participant.role === 'strategy') this.strategies.add(participant);
    const { connection } = participant;
    if (this.connections.has(connection)) return;
    const state = { isUp: false };
    this.connections.set(connection, state);
    connection.status.subscribe((status) => (state.isUp = status === 'connected'));
  }

  private observeLoad(
    result: BatchObservableResult,
    { inFlight, pending }: Readonly<Record<'inFlight' | 'pending', Observable>>,
  ): void {
    const [working, waiting] = [new Sums(), new Sums()];
    for (const strategy of this.strategies) {
      for (const handler of strategy.load()) {
        this.seen(handler);
        const attributes = handlerAttributes(handler);
        working.add(handler.inFlight, attributes);
        waiting.add(handler.pending, attributes);
      }
    }
    working.observe(result, inFlight);
    waiting.observe(result, pending);
  }

  private observeConnections(
    result: BatchObservableResult,
    { up, buffered }: Readonly<Record<'up' | 'buffered', Observable>>,
  ): void {
    const [standing, bytes] = [new Sums(), new Sums()];
    for (const [connection, { isUp }] of this.connections) {
      const attributes = connectionAttributes(connection);
      standing.add(isUp ? 1 : 0, attributes);
      bytes.add(connection.countBuffered(), attributes);
    }
    standing.observe(result, up);
    bytes.observe(result, buffered);
  }

  private async observeConsumers(
    result: BatchObservableResult,
    { lag, unacknowledged }: Readonly<Record<'lag' | 'unacknowledged', Observable>>,
  ): Promise<void> {
    const [behind, open] = [new Sums(), new Sums()];
    const ask = async (strategy: StrategyParticipant): Promise<void> => {
      try {
        for (const { stream, consumer, ...state } of await strategy.consumerStates()) {
          const attributes = handlerAttributes({ stream, consumer });
          behind.add(state.pending, attributes);
          open.add(state.unacknowledged, attributes);
        }
      } catch (error) {
        diag.warn(`nestjs-nats: the lag of consumers is not known: ${String(error)}`);
      }
    };
    await Promise.all([...this.strategies].map(ask));
    behind.observe(result, lag);
    open.observe(result, unacknowledged);
  }
}
