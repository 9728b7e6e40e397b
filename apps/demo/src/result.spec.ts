import { describe, expect, it } from '@jest/globals';
import type { Found } from './await-stored.js';
import type { Posted } from './post-reports.js';
import { resultOf } from './result.js';

const posted = (count: number): Posted[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'event',
    status: 200,
    expectedStatus: 200,
    msgId: `id-${index}`,
  }));
const found = (ids: readonly Posted[]): Found[] =>
  ids.map(({ msgId }, index) => ({
    msgId: msgId!,
    table: 'realtime_warehousing',
    savedBy: index % 2 === 0 ? 'a' : 'b',
  }));
const run = {
  replicas: ['a', 'b'],
  crashed: 'b',
  durationMs: 1,
  dashboard: { stored: 40, failed: 0, rejected: 0 },
};

describe('the result of the demo', () => {
  const all = posted(40);

  it('is good when every accepted report is stored once', () => {
    const refused: Posted = { kind: 'invalid', status: 400, expectedStatus: 400, msgId: undefined };
    const dashboard = { stored: 40, failed: 0, rejected: 1 };
    const result = resultOf([...all, refused], found(all), { ...run, rows: 40, dashboard });
    expect(result).toMatchObject({
      posted: 41,
      accepted: 40,
      rejected: new Map([[400, 1]]),
      stored: 40,
      problems: [],
    });
  });

  it.each<[string, Posted[], Found[], number, RegExp]>([
    ['one is missing', all, found(all).slice(1), 39, /40 reports were accepted, 39 stored/],
    [
      'one is there twice',
      all,
      [...found(all), found(all)[0]!],
      41,
      /1 reports are in both tables/,
    ],
    ['there are rows of nobody', all, found(all), 41, /41 rows, expected 40/],
    ['two have one id', [...all, all[0]!], found(all), 41, /same id/],
    [
      'one replica got none',
      all,
      found(all).map((f) => ({ ...f, savedBy: 'a' })),
      40,
      /b stored nothing/,
    ],
    [
      'the dashboard shows something else',
      posted(39),
      found(posted(39)),
      39,
      /dashboard shows 40 stored, 0 of them failed, 0 rejected, expected 39 stored/,
    ],
    ['one was refused', [{ ...all[0]!, status: 503 }], [], 0, /got 503, expected 200/],
  ])('is bad when %s', (_, sent, kept, rows, problem) => {
    const { problems } = resultOf(sent, kept, { ...run, rows });
    expect(problems).toContainEqual(expect.stringMatching(problem));
  });

  it('does not ask for a share of a handful of reports', () => {
    const few = posted(1);
    const dashboard = { stored: 1, failed: 0, rejected: 0 };
    expect(resultOf(few, found(few), { ...run, rows: 1, dashboard }).problems).toEqual([]);
  });
});
