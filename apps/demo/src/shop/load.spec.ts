import { describe, expect, it } from '@jest/globals';
import { barsOf, orderFaults } from './load.js';

describe('the load figure of the shop', () => {
  it('draws bars to scale', () => {
    const bars = barsOf(
      new Map([
        ['serial', 40],
        ['parallel', 80.4],
        ['async', 160],
      ]),
    );
    expect(bars.split('\n')).toEqual([
      `  serial      40 orders/s  ${'█'.repeat(8)}`,
      `  parallel    80 orders/s  ${'█'.repeat(16)}`,
      `  async      160 orders/s  ${'█'.repeat(32)}`,
    ]);
  });

  it.each([
    [[1, 2, 3], []],
    [[2, 2, 3], [/^parallel .* serial/]],
    [[1, 3, 2], [/^async .* parallel/]],
    [
      [3, 2, 1],
      [/^parallel/, /^async/],
    ],
  ])('%j', ([serial, parallel, async], faults) => {
    const found = orderFaults(
      new Map([
        ['serial', serial!],
        ['parallel', parallel!],
        ['async', async!],
      ]),
    );
    expect(found).toEqual(faults.map((fault) => expect.stringMatching(fault)));
  });
});
