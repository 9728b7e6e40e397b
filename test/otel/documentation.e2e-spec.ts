import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { NATS_METRICS } from 'nestjs-nats/otel';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const guide = read('docs/guides/observability.md');

/** Writes the table of metrics as the guide has it. */
function metricsTable(): string {
  const rows = NATS_METRICS.map(({ name, type, unit, description, attributes }) => {
    const own = attributes.filter((attribute) => attribute !== 'messaging.system');
    return `| \`${name}\` | ${type}, ${unit} | ${description} | ${own.map((one) => `\`${one}\``).join(', ')} |`;
  });
  return ['| metric | kind, unit | what | attributes |', '|---|---|---|---|', ...rows].join('\n');
}

describe('docs/guides/observability.md', () => {
  it('has the table of metrics that there are', () => {
    const [, table = ''] = /<!-- metrics:.*-->\n([^]*?)\n?<!-- \/metrics -->/.exec(guide) ?? [];
    expect(table).toBe(metricsTable());
  });

  it('names every attribute', () => {
    const source = read('libs/nestjs-nats/src/otel/attributes.ts');
    const attributes = [...source.matchAll(/: '([a-z_]+(?:\.[a-z_]+)+)'/g)].map(([, one]) => one!);
    expect(attributes.length).toBeGreaterThan(15);
    // what several have in common is written once: `nestjs_nats.stream`, `.sequence`
    const isNamed = (attribute: string): boolean =>
      guide.includes(`\`${attribute}\``) || guide.includes(`\`.${attribute.split('.').at(-1)}\``);
    expect(attributes.filter((attribute) => !isNamed(attribute))).toEqual([]);
  });

  it('says what to do about every alert', () => {
    const rules = parse(read('deploy/prometheus/nestjs-nats.rules.yml')) as {
      groups: { rules: { alert: string }[] }[];
    };
    const alerts = rules.groups.flatMap((group) => group.rules.map(({ alert }) => alert));
    expect(alerts.filter((alert) => !guide.includes(`\`${alert}\``))).toEqual([]);
  });

  it('shows a trace of a real run', () => {
    const picture = read('docs/guides/trace.svg');
    const names = [...picture.matchAll(/<text[^>]*>((?:request|process|publish) [^<]*)<\/text>/g)];
    expect(names.map(([, name]) => name)).toEqual([
      'request shop.order',
      'process shop.order',
      'request stock.reserve',
      'process stock.reserve',
      'publish orders.>',
      'process orders.created',
      'process orders.created',
      'publish orders.>',
    ]);
    expect(picture).toMatch(/CLOSED_BANK, retry/);
  });
});
