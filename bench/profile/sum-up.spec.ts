import { describe, expect, it } from '@jest/globals';
import { sumUp } from './sum-up.js';

const node = (id: number, functionName: string, children: number[] = []) => ({
  id,
  callFrame: { functionName, url: 'file:///a/b/c.js', lineNumber: 0 },
  children,
});

describe('sumUp', () => {
  it('sums up by function, wherever it is called from', () => {
    const profile = {
      nodes: [node(1, 'root', [2, 3]), node(2, 'work'), node(3, 'other', [4]), node(4, 'work')],
      samples: [2, 4, 3],
      timeDeltas: [10, 20, 5],
    };
    expect(sumUp(profile)).toEqual([
      { name: 'work', place: 'b/c.js:1', selfUs: 30, totalUs: 30 },
      { name: 'other', place: 'b/c.js:1', selfUs: 5, totalUs: 25 },
      { name: 'root', place: 'b/c.js:1', selfUs: 0, totalUs: 35 },
    ]);
  });

  it('counts a function that calls itself once', () => {
    const profile = { nodes: [node(1, 'f', [2]), node(2, 'f')], samples: [2], timeDeltas: [7] };
    expect(sumUp(profile)).toMatchObject([{ selfUs: 7, totalUs: 7 }]);
  });
});
