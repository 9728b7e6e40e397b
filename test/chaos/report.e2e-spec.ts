import { describe, expect, it } from '@jest/globals';
import { DEFAULTS } from './chaos-options.js';
import type { ChaosResult } from './chaos-result.js';
import { niceAbove, plotDelivery, ratesOf } from './plot.js';
import { Progress } from './progress.js';
import { figures, headline, markdownReport, terminalTable } from './report.js';

const kill = { name: 'one', at: 12_000, backAt: 12_500, slots: 64, forgetsMs: 0 };
const RESULT: ChaosResult = {
  options: { ...DEFAULTS, messages: 5_000, faults: 2 },
  serverVersion: '2.15.1',
  startedAt: 10_000,
  tookMs: 5_000,
  verdict: {
    attempted: 5_000,
    acked: 5_000,
    handled: 5_000,
    lost: 0,
    lostIds: [],
    invented: 0,
    duplicates: 12,
    duplicateLimit: 96,
    duplicatesByFault: [10, 2],
    unexplained: 0,
    unexplainedRepeats: [],
    faults: [
      { ...kill, what: 'server' },
      { ...kill, what: 'worker', at: 13_000, backAt: 14_000 },
    ],
  },
  stored: 5_000,
  deadLetters: 0,
  samples: Array.from({ length: 50 }, (_, i) => ({
    ms: i * 100,
    acked: i * 101,
    handled: i * 100,
  })),
  complaints: [],
};
const machine = {
  processor: '2 × CPU',
  memory: '8 GB',
  system: 'Linux',
  node: 'v20',
  library: '1',
};

describe('the report of a run', () => {
  it('has the figures, the kills, and how to do it again', () => {
    const text = markdownReport(RESULT, machine);
    expect(text).toContain('Nothing was lost');
    expect(text).toContain('| handled again | 12 (limit 96) |');
    expect(text).toContain('--messages 5000 --kills 2 --seed 1');
    expect(text).toContain('| 2.0 s | server one | 500 ms | 64 | 10 |');
    expect(text).toContain('| 3.0 s | worker one | 1000 ms | 64 | 2 |');
    expect(text).toContain('nats-server 2.15.1');
    expect(terminalTable(figures(RESULT))).toMatch(/^ {2}rate +1,000 messages\/s$/m);
  });

  it('says which promises were broken', () => {
    const complaints = ['1 messages were never acknowledged', 'the stream holds 2 messages of 3'];
    expect(headline({ ...RESULT, complaints })).toBe(
      'Broken promises: 1 messages were never acknowledged; the stream holds 2 messages of 3.',
    );
  });
});

describe('the plot of a run', () => {
  it('marks each kill, within its borders', () => {
    const svg = plotDelivery(RESULT);
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(2);
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    for (const [, x, y] of svg.matchAll(/([\d.]+),([\d.]+)[ "]/g)) {
      expect(Number(x)).toBeLessThanOrEqual(960);
      expect(Number(y)).toBeLessThanOrEqual(420);
    }
  });

  it('can be drawn of a run that has ended at once', () => {
    const svg = plotDelivery({ ...RESULT, samples: [], tookMs: 0 });
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('has no more points than can be seen', () => {
    const samples = Array.from({ length: 7_200 }, (_, i) => ({
      ms: i * 100,
      acked: i,
      handled: i,
    }));
    const rates = ratesOf(samples);
    expect(rates.length).toBeLessThanOrEqual(300);
    expect(rates[0]!.handled).toBeCloseTo(10);
  });

  it.each([
    [1, 1],
    [1.1, 2],
    [21, 50],
    [5_001, 10_000],
    [0.03, 0.05],
  ])('has scales that end at round numbers: %p at %p', (value, end) => {
    expect(niceAbove(value)).toBeCloseTo(end);
  });
});

describe('the progress of a run', () => {
  const shown = (isTTY: boolean): string => {
    let text = '';
    const write = (more: string | Uint8Array): boolean => {
      text += String(more);
      return true;
    };
    const progress = new Progress({ messages: 5_000, faults: 2 }, { write, isTTY });
    for (let ms = 0; ms <= 10_000; ms += 100) {
      const done = ms / 2;
      progress.progress({ ms, attempted: done, acked: done, handled: done, faults: 1 });
    }
    progress.inflicted(RESULT.verdict.faults[0]!);
    progress.end();
    return text;
  };

  it('is one line on a terminal', () => {
    const text = shown(true);
    expect(text.match(/\n/g)).toHaveLength(1);
    expect(text).toContain(
      '\r  published 5,000  acked 5,000  handled 5,000/5,000  kills 1/2  500/s',
    );
  });

  it('is a few lines elsewhere', () => {
    const lines = shown(false).trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toBe('  kill -9 of server one, back after 500 ms');
  });
});
