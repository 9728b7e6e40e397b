import { describe, expect, it } from '@jest/globals';
import { figures } from './markdown.js';

describe('figures', () => {
  it('has a row for each scenario, and a dash for what is not known', () => {
    const one = { median: 1_234.4, unit: 'msg/s', ratioToRaw: 1, spread: [1, 1] } as const;
    const text = figures({
      machine: { cpu: 'Some CPU', cores: 2, memoryGiB: 4, os: 'linux' },
      versions: { node: '20' },
      method: {},
      scenarios: {
        'jetstream-consume': {
          raw: { ...one, serverCpuUs: 2, serverHeapBytes: 1_500 },
          'nestjs-nats': { ...one, ratioToRaw: 0.9, clientCpuUs: 1, serverCpuUs: 2 },
        },
      },
    });
    expect(text).toContain('Some CPU, 2 cores; node 20.');
    expect(text.split('\n').at(-1)).toBe(
      '| `jetstream-consume` | 1,234 msg/s | **0.90** | 2.0 / 3.0 | 1.5 / – |',
    );
  });

  it('has a column for each of the others that took part somewhere', () => {
    const one = { median: 1, unit: 'msg/s', ratioToRaw: 1, spread: [1, 1] } as const;
    const text = figures({
      machine: { cpu: 'Some CPU', cores: 2, memoryGiB: 4, os: 'linux' },
      versions: { node: '20' },
      method: {},
      scenarios: {
        a: { raw: one, 'nest-floor': { ...one, ratioToRaw: 0.8 }, 'nestjs-nats': one },
        b: { raw: one, 'nest-builtin': { ...one, ratioToRaw: 0.3 }, 'nestjs-nats': one },
      },
    });
    expect(text.split('\n').slice(-4)).toEqual([
      '|  | raw | nest-floor | nest-builtin | nestjs-nats | CPU µs | heap kB |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      expect.stringContaining('| `a` | 1 msg/s | 0.80 | – | **1.00** |'),
      expect.stringContaining('| `b` | 1 msg/s | – | 0.30 | **1.00** |'),
    ]);
  });
});
