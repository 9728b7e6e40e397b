import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { configDiff, diffLine } from './config-diff.js';

const DEFAULTS = { max_msgs: -1, retention: 'limits', 'republish.src': '>' };

const lines = (wanted: object, found: object): string[] =>
  configDiff(wanted, found, DEFAULTS).map(diffLine);

describe('configDiff', () => {
  it.each([
    ['what is not wanted', {}, { max_msgs: 5 }],
    ['the order of subjects', { subjects: ['a', 'b'] }, { subjects: ['b', 'a'] }],
    ['what is left out', { allow_direct: false, description: '' }, {}],
    ['a default', { max_msgs: 0 }, { max_msgs: -1 }],
    ['a default that is left out', { retention: 'limits' }, {}],
    [
      'a default inside',
      { republish: { src: '', dest: 'x' } },
      { republish: { src: '>', dest: 'x' } },
    ],
    ['metadata of others', { metadata: { a: 'b' } }, { metadata: { a: 'b', '_nats.ver': '2' } }],
    ['metadata of others alone', { metadata: {} }, { metadata: { '_nats.ver': '2' } }],
    ['an empty object', { consumer_limits: {} }, {}],
    [
      'what is empty inside',
      { placement: { cluster: '', tags: ['a'] } },
      { placement: { tags: ['a'] } },
    ],
    [
      'fractions of a time',
      { sources: [{ name: 'A', opt_start_time: '2020-01-01T00:00:00.000Z' }] },
      { sources: [{ name: 'A', opt_start_time: '2020-01-01T00:00:00Z' }] },
    ],
    [
      'the order of sources',
      { sources: [{ name: 'A' }, { name: 'B', external: { api: 'x' } }] },
      { sources: [{ external: { deliver: '', api: 'x' }, name: 'B' }, { name: 'A' }] },
    ],
  ])('overlooks %s', (_, wanted, found) => {
    expect(lines(wanted, found)).toEqual([]);
  });

  it.each([
    [{ max_age: 3_600_000_000_000 }, { max_age: 0 }, ['max_age: wanted 1h, there is none']],
    [{ max_msgs: 5 }, { max_msgs: -1 }, ['max_msgs: wanted 5, there is no limit']],
    [{ max_msgs: 0 }, { max_msgs: 5 }, ['max_msgs: wanted no limit, there is 5']],
    [{ allow_direct: true }, {}, ['allow_direct: wanted true, there is false']],
    [
      { allow_direct: false },
      { allow_direct: true },
      ['allow_direct: wanted false, there is true'],
    ],
    [
      { subjects: ['a', 'b'] },
      { subjects: ['a', 'c'] },
      ['subjects: wanted "a", "b", there is "a", "c"'],
    ],
    [{ subjects: ['a', 'a'] }, { subjects: ['a'] }, ['subjects: wanted "a", "a", there is "a"']],
    [
      { placement: { cluster: 'east', tags: ['a'] } },
      { placement: { cluster: 'west', tags: ['a'] } },
      ['placement.cluster: wanted "east", there is "west"'],
    ],
    [
      { mirror: { name: 'A' } },
      { mirror: { name: 'A', filter_subject: 'x' } },
      ['mirror.filter_subject: wanted none, there is "x"'],
    ],
    [
      { placement: { cluster: 'east' } },
      {},
      ['placement: wanted { cluster "east" }, there is none'],
    ],
    [
      { metadata: { team: 'a' } },
      { metadata: { owner: 'b' } },
      ['metadata.team: wanted "a", there is none'],
    ],
    [
      { sources: [{ name: 'A' }] },
      { sources: [{ name: 'A', filter_subject: 'x' }] },
      ['sources: wanted { name "A" }, there is { name "A", filter_subject "x" }'],
    ],
    [{ backoff: [1e9, 2e9] }, { backoff: [2e9, 1e9] }, ['backoff: wanted 1s, 2s, there is 2s, 1s']],
    [
      { a: 1, b: 2, c: 3 },
      { a: 2, b: 2 },
      ['a: wanted 1, there is 2', 'c: wanted 3, there is none'],
    ],
  ])('finds what differs in %j and %j', (wanted, found, expected) => {
    expect(lines(wanted, found)).toEqual(expected);
  });

  const setting = fc.constantFrom('max_msgs', 'retention', 'subjects', 'metadata', 'backoff', 'x');
  const value = fc.oneof(
    fc.constantFrom(undefined, null, 0, '', false, true, -1),
    fc.integer(),
    fc.string(),
    fc.array(fc.string()),
    fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.array(fc.integer()))),
  );
  const config = fc.dictionary(setting, value);

  it('finds nothing between a config and its copy, whatever is added to the copy', () => {
    fc.assert(
      fc.property(config, config, (wanted, more) => {
        const found = { ...more, ...structuredClone(wanted) };
        expect(configDiff(wanted, found, DEFAULTS)).toEqual([]);
      }),
    );
  });

  it('finds nothing between what travelled as JSON', () => {
    fc.assert(
      fc.property(config, (wanted) => {
        const found = JSON.parse(JSON.stringify(wanted)) as object;
        expect(configDiff(wanted, found, DEFAULTS)).toEqual([]);
      }),
    );
  });

  it('overlooks any order of a set', () => {
    const shuffled = fc
      .uniqueArray(fc.string({ minLength: 1 }))
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      );
    fc.assert(
      fc.property(shuffled, ([subjects, others]) => {
        expect(configDiff({ subjects }, { subjects: others })).toEqual([]);
      }),
    );
  });

  it('names exactly the settings that were changed, in a line each', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 9 })),
        fc.subarray(['a', 'b', 'c', 'd']),
        (wanted, changed) => {
          const found = Object.fromEntries(
            Object.entries(wanted).map(([key, n]) => [key, changed.includes(key) ? n + 1 : n]),
          );
          const diffs = configDiff(wanted, found);
          expect(diffs.map(({ field }) => field)).toEqual(
            Object.keys(wanted).filter((key) => changed.includes(key)),
          );
          for (const diff of diffs)
            expect(diffLine(diff)).toMatch(/^\w: wanted \d+, there is \d+$/);
        },
      ),
    );
  });

  it('never throws, and prints any difference on one line', () => {
    fc.assert(
      fc.property(fc.object(), fc.object(), (wanted, found) => {
        for (const diff of configDiff(wanted, found)) expect(diffLine(diff)).not.toMatch(/[\n\r]/);
      }),
    );
  });
});
