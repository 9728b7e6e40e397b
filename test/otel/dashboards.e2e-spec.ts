import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import { parse } from 'yaml';
import { NATS_METRICS, natsMetrics } from 'nestjs-nats/otel';
import { gate } from '../support/gate.js';
import { MetricKeeper } from '../support/otel.js';
import { askedBy, prometheusSeries, type Series } from '../support/prometheus-names.js';
import { rejection } from '../support/rejection.js';
import { StreamBench } from '../support/stream-bench.js';

const DEPLOY = join(import.meta.dirname, '../../deploy');

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly query: string }[] };
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly annotations: Readonly<Record<string, string>>;
    }[];
  }[];
}

const dashboard = JSON.parse(
  readFileSync(join(DEPLOY, 'grafana/nestjs-nats.json'), 'utf8'),
) as Dashboard;
const rules = parse(
  readFileSync(join(DEPLOY, 'prometheus/nestjs-nats.rules.yml'), 'utf8'),
) as Rules;

/** What Prometheus adds to every series it has asked for. */
const ADDED = ['job', 'instance'];

const bench = new StreamBench();
const keeper = new MetricKeeper();
let begun: ReadonlyMap<string, MetricData>;
let measured: ReadonlyMap<string, MetricData>;
let series: readonly Series[];

/** Runs an application in which everything happens that is measured. */
beforeAll(async () => {
  await bench.start();
  await bench.open();
  const interceptors = [natsMetrics({ meterProvider: keeper.provider })];
  const door = gate();
  bench.nats.own(door.open);
  const { app, strategy } = await bench.nats.create([], { name: 'app', queue: 'q', interceptors });
  const failing = (): Promise<never> => Promise.reject(new TypeError('no'));
  await strategy.registerSubscriber('narrow', door.wait, { concurrency: 1, maxPending: 0 });
  await strategy.registerSubscriber(`${bench.stream}.>`, failing, {
    stream: bench.stream,
    durable: 'work',
    retry: { attempts: 2, initialMs: 1 },
  });
  await app.listen();
  const streams = [{ name: bench.stream, subjects: [`${bench.stream}.>`] }];
  const client = bench.nats.client({ name: 'client', streams, interceptors });
  begun = await keeper.all();
  await client.publish(`${bench.stream}.a`, 1);
  await rejection(client.request('nobody', 1));
  for (let i = 0; i < 2; i++) await client.publish('narrow', i);
  await keeper.reach('nestjs_nats.dead_letters', 1);
  client.emit('refused', 'x'.repeat(2 ** 20 + 1));
  await keeper.reach('nestjs_nats.dropped.messages', 2);
  door.open();
  await keeper.reach('nestjs_nats.handled.messages', 4);
  measured = await keeper.all();
  series = [...measured.values()].flatMap(prometheusSeries);
});

afterAll(async () => {
  await keeper.stop();
  await bench.stop();
});

/** Says what a query asks for that nothing gives. */
function faultsOf(query: string): string[] {
  const { metrics, labels } = askedBy(query);
  const found = metrics.map((name) => series.filter((one) => name.test(one.name)));
  const known = new Set([...ADDED, ...found.flat().flatMap((one) => [...one.labels])]);
  return [
    ...metrics.filter((_, i) => found[i]!.length === 0).map((name) => `no metric ${name.source}`),
    ...labels.filter((label) => !known.has(label)).map((label) => `no label ${label}`),
  ];
}

describe('the table of metrics', () => {
  it('names all that are measured, with their kind, unit, description and attributes', () => {
    expect([...measured.keys()].toSorted()).toEqual(
      NATS_METRICS.map(({ name }) => name).toSorted(),
    );
    for (const { name, unit, description, attributes } of NATS_METRICS) {
      const { descriptor, dataPoints } = measured.get(name)!;
      expect(descriptor).toMatchObject({ unit, description });
      const seen = new Set(dataPoints.flatMap((point) => Object.keys(point.attributes)));
      expect(attributes).toEqual(expect.arrayContaining([...seen]));
    }
  });
});

describe('the dashboard', () => {
  const targets = dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map((target) => ({ title, ...target })),
  );

  it.each(targets)('$title asks for what is there: $expr', ({ expr, legendFormat }) => {
    expect(faultsOf(expr)).toEqual([]);
    const { labels } = askedBy(expr);
    const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
    expect(labels).toEqual(expect.arrayContaining(shown));
  });

  it('shows every metric', () => {
    const patterns = targets.flatMap(({ expr }) => askedBy(expr).metrics);
    const isShown = (metric: MetricData): boolean =>
      prometheusSeries(metric).some(({ name }) => patterns.some((pattern) => pattern.test(name)));
    const hidden = [...measured.values()].filter((metric) => !isShown(metric));
    expect(hidden.map(({ descriptor }) => descriptor.name)).toEqual([]);
  });

  it('lets one choose among labels that are there', () => {
    const queries = dashboard.templating.list.map(({ query }) => query);
    const choices = queries.flatMap((query) => {
      const [, metric, label] = /^label_values\((\w+).*, (\w+)\)$/.exec(query) ?? [];
      return metric === undefined ? [] : [`sum by (${label}) (${metric})`];
    });
    expect(choices).toHaveLength(2);
    for (const choice of choices) expect(faultsOf(choice)).toEqual([]);
  });
});

describe('the alert', () => {
  const alerts = rules.groups.flatMap((group) => group.rules);
  /** Says of what an increase is an alarm; after "unless" it is none. */
  const countedBy = (expr: string): string[] => {
    const [alarm = ''] = expr.split(' unless ');
    return [...alarm.matchAll(/\bincrease\((\w+)\[/g)].map(([, name]) => name!);
  };

  it.each(alerts)('$alert asks for what is there', ({ expr, annotations }) => {
    expect(faultsOf(expr)).toEqual([]);
    const { labels } = askedBy(expr);
    const told = Object.values(annotations).join(' ');
    const shown = [...told.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label!);
    // without an aggregation, all labels are there
    const grouped = /\bby \(/.test(expr) ? labels : [...labels, ...ADDED];
    expect(grouped).toEqual(expect.arrayContaining(shown));
  });

  it('sees the first of what it counts: its lines begin at 0', () => {
    const names = new Set(alerts.flatMap(({ expr }) => countedBy(expr)));
    expect(names.size).toBe(3);
    const metrics = [...measured.values()].filter((metric) =>
      prometheusSeries(metric).some(({ name }) => names.has(name)),
    );
    expect(metrics).toHaveLength(names.size);
    for (const { descriptor, dataPoints } of metrics) {
      const beginnings = begun.get(descriptor.name)?.dataPoints ?? [];
      for (const { attributes } of dataPoints)
        expect(beginnings).toContainEqual(expect.objectContaining({ attributes, value: 0 }));
    }
  });

  it.each(alerts.filter(({ expr }) => countedBy(expr).length > 0 && expr.endsWith('> 0')))(
    '$alert sees what was counted before metrics were first collected',
    ({ expr }) => {
      const [name] = countedBy(expr);
      expect(expr).toContain(`(${name} unless last_over_time(${name}[1d] offset 10m)) > 0`);
    },
  );

  it('has a name of its own', () => {
    const names = alerts.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the check', () => {
  it.each([
    ['sum(rate(nestjs_nats_handled_total[5m]))', ['no metric ^(nestjs_nats_handled_total)$']],
    ['sum by (subject) (nestjs_nats_consumer_lag)', ['no label subject']],
    ['nestjs_nats_consumer_lag{colour="red"} > 3', ['no label colour']],
    [
      'rate({__name__=~"messaging_process_time(_seconds)?_bucket"}[5m])',
      ['no metric ^(messaging_process_time(_seconds)?_bucket)$'],
    ],
  ])('finds what is not there in %s', (query, faults) => {
    expect(faultsOf(query)).toEqual(faults);
  });
});
