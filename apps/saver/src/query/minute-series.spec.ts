import { describe, expect, it } from '@jest/globals';
import { minuteSeries, startOf } from './minute-series.js';

const now = new Date('2026-03-01T00:01:59.999Z');

describe('the last minutes', () => {
  it('begin at a whole minute, and the present one is the last', () => {
    expect(startOf(now, 1)).toBe('2026-03-01T00:01:00.000Z');
    expect(startOf(now, 3)).toBe('2026-02-28T23:59:00.000Z');
  });

  it('have an entry each, also those in which nothing happened', () => {
    const events = new Map([
      ['2026-02-28T23:59', 4],
      ['2026-03-01T00:01', 2],
      // ahead of the clock here: in no minute that is over or under way
      ['2026-03-01T00:02', 9],
    ]);
    const failed = new Map([['2026-03-01T00:01', 1]]);
    expect(minuteSeries(now, 3, { events, failed })).toEqual([
      { minute: '2026-02-28T23:59:00.000Z', events: 4, failed: 0 },
      { minute: '2026-03-01T00:00:00.000Z', events: 0, failed: 0 },
      { minute: '2026-03-01T00:01:00.000Z', events: 2, failed: 1 },
    ]);
  });
});
