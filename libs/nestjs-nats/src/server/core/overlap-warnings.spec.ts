import { describe, expect, it } from '@jest/globals';
import { overlapWarnings } from './overlap-warnings.js';

describe('overlapWarnings', () => {
  it.each([
    ['o.*', 'q', 'o.c', 'q', 1],
    ['o.>', 'q', 'o.c.d', 'q', 1],
    ['o.*', 'q', 'o.c', 'other', 0],
    ['o.*', '', 'o.c', '', 0],
    ['o.a', 'q', 'o.b', 'q', 0],
    ['o.*', 'q', 'o', 'q', 0],
  ])('%s in %j and %s in %j: %d', (one, queue, other, otherQueue, count) => {
    const groups = [
      { filter: one, queue },
      { filter: other, queue: otherQueue },
    ];
    expect(overlapWarnings(groups)).toHaveLength(count);
  });

  it('names both filters and the queue group', () => {
    const groups = [
      { filter: 'o.*', queue: 'q' },
      { filter: 'o.c', queue: 'q' },
    ];
    expect(overlapWarnings(groups)[0]).toMatch(/"o\.\*" and "o\.c" share the queue group "q"/);
  });
});
