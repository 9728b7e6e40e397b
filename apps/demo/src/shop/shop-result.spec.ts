import { describe, expect, it } from '@jest/globals';
import type { Answer, Mode } from './shop-client.js';
import { modeFaults, type Outage, outageFaults, outageLine } from './shop-result.js';

const answer = (change: Partial<Answer>): Answer => ({
  status: 201,
  id: 'a',
  elapsedMs: 100,
  partsMs: {},
  message: '',
  ...change,
});

describe('an order in each way', () => {
  const answers = (change: Partial<Record<Mode, Partial<Answer>>> = {}) =>
    new Map<Mode, Answer>([
      ['serial', answer({ elapsedMs: 400, ...change.serial })],
      ['parallel', answer({ elapsedMs: 200, ...change.parallel })],
      ['async', answer({ elapsedMs: 100, ...change.async })],
    ]);

  it('is as it should be', () => {
    expect(modeFaults(answers())).toEqual([]);
  });

  it.each<[string, Partial<Record<Mode, Partial<Answer>>>, string[]]>([
    [
      'one was not taken',
      { parallel: { status: 503, message: 'no points', elapsedMs: 0 } },
      ['an order of mode parallel got 503: no points'],
    ],
    ['serial was not the slowest', { serial: { elapsedMs: 200 } }, ['parallel took no less time']],
    ['async was not the fastest', { async: { elapsedMs: 201 } }, ['async took no less time']],
  ])('is not, when %s', (_, change, faults) => {
    const found = modeFaults(answers(change));
    expect(found).toEqual(faults.map((fault) => expect.stringContaining(fault)));
  });

  it('is not, when a way was left out', () => {
    expect(modeFaults(new Map())).toHaveLength(3);
  });
});

describe('orders while a worker is away', () => {
  const FINE: Outage = {
    serial: answer({ status: 503, id: undefined }),
    taken: [answer({ id: 'a' }), answer({ id: 'b' })],
    meanwhile: 'pending',
    done: [true, true],
    booked: ['b', 'a'],
  };

  it('are taken, and have their points later', () => {
    expect(outageFaults(FINE)).toEqual([]);
    expect(outageLine(FINE)).toBe('2 orders have their points, each exactly once');
  });

  it.each<[string, Partial<Outage>, RegExp]>([
    ['serial went on without points', { serial: answer({}) }, /serial got 201, expected 503/],
    [
      'one was refused',
      { taken: [...FINE.taken, answer({ status: 503, id: undefined })] },
      /1 orders of mode async were not taken/,
    ],
    [
      'one has no id',
      { taken: [...FINE.taken, answer({ id: undefined })] },
      /1 orders .* not taken/,
    ],
    ['points came from nowhere', { meanwhile: 'done' }, /points were done/],
    ['one was never seen', { meanwhile: undefined }, /points were unknown/],
    ['one was late', { done: [true, false] }, /1 orders were not done in time/],
  ])('are not as they should be, when %s', (_, change, fault) => {
    expect(outageFaults({ ...FINE, ...change })).toEqual([expect.stringMatching(fault)]);
  });

  it.each<[string, string[], string]>([
    ['are missing for one', ['a'], '1 of 2 orders have their points exactly once'],
    ['are there twice for one', ['a', 'b', 'b'], '1 of 2 orders have their points exactly once'],
    ['of one went to the other', ['a', 'a'], '0 of 2 orders have their points exactly once'],
    ['are missing for all', [], '0 of 2 orders have their points exactly once'],
  ])('are not as they should be, when points %s', (_, booked, line) => {
    expect(outageFaults({ ...FINE, booked })).toEqual([line]);
    expect(outageLine({ ...FINE, booked })).toBe(line);
  });
});
