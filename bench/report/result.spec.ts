import { describe, expect, it } from '@jest/globals';
import { SCENARIOS } from '../scenarios.js';
import { scenarioResult } from './result.js';
import { ratioPicture } from './svg.js';
import { scenarioTable } from './table.js';

const scenario = (id: string) => SCENARIOS.find((scenario) => scenario.id === id)!;

const EVENTS = scenarioResult(
  scenario('events-16'),
  new Map([
    ['raw', { samples: [{ value: 100 }, { value: 120 }, { value: 110 }] }],
    [
      'a<b',
      {
        samples: [
          { value: 200, serverCpuUs: 2 },
          { value: 180, serverCpuUs: 4 },
          { value: 220, serverCpuUs: 3 },
        ],
        serverHeapBytes: 1_234.5,
      },
    ],
  ]),
  'raw',
);

describe('scenarioResult', () => {
  it('gives medians, the ratio to the base line and its spread', () => {
    expect(EVENTS).toEqual({
      raw: { median: 110, unit: 'msg/s', ratioToRaw: 1, spread: [1, 1] },
      'a<b': {
        median: 200,
        unit: 'msg/s',
        ratioToRaw: 1.82,
        spread: [1.5, 2],
        serverCpuUs: 3,
        serverHeapBytes: 1_230,
      },
    });
  });

  it('counts less time as better', () => {
    const samples = (value: number) => ({ samples: [{ value }] });
    const result = scenarioResult(
      scenario('startup-10'),
      new Map([
        ['raw', samples(100)],
        ['slow', samples(400)],
      ]),
      'raw',
    );
    expect(result['slow']).toMatchObject({ median: 400, unit: 'ms', ratioToRaw: 0.25 });
  });
});

describe('scenarioTable', () => {
  it('has a line for each subject, and no column that is empty', () => {
    expect(scenarioTable('events-16', 'events', EVENTS).split('\n')).toEqual([
      'events-16: events',
      '  raw  110 msg/s  1.00 of raw  1.00–1.00',
      '  a<b  200 msg/s  1.82 of raw  1.50–2.00  server 3.0 µs, 1.2 kB',
    ]);
  });
});

describe('ratioPicture', () => {
  const svg = ratioPicture({
    machine: { cpu: 'A & B', cores: 2, memoryGiB: 4, os: 'linux' },
    versions: { node: '20', 'nats-server': '2.15.1' },
    method: {},
    scenarios: { 'events-16': EVENTS },
  });

  it('draws a bar for each subject, as long as its ratio', () => {
    const widths = [...svg.matchAll(/<rect x="210"[^>]* width="([\d.]+)"/g)].map(([, width]) =>
      Number(width),
    );
    expect(widths).toHaveLength(2);
    expect(widths[1]! / widths[0]!).toBeCloseTo(1.82, 2);
  });

  it('escapes what it is given', () => {
    expect(svg).toContain('A &amp; B');
    expect(svg).toContain('a&lt;b');
    expect(svg).not.toContain('a<b');
  });
});
