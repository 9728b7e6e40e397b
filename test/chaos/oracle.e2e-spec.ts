import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { complaints, type Kill, Oracle } from './oracle.js';

const kill = (at: number, slots = 2): Kill => ({
  what: 'worker',
  name: 'worker-1',
  at,
  backAt: at + 100,
  slots,
});

/** An oracle that was told of these messages, each of them attempted, acknowledged and handled at its time. */
function told(messages: readonly { id: number; times?: readonly number[] }[]): Oracle {
  const oracle = new Oracle();
  for (const { id, times = [1_000] } of messages) {
    oracle.attempt(id);
    oracle.ack(id);
    for (const at of times) oracle.handle(id, at);
  }
  return oracle;
}

describe('the oracle', () => {
  it('has nothing to say of a run in which each message was handled once', () => {
    const verdict = told([{ id: 1 }, { id: 2 }]).verdict([]);
    expect(verdict).toMatchObject({ attempted: 2, acked: 2, handled: 2, lost: 0, duplicates: 0 });
    expect(complaints(verdict)).toEqual([]);
  });

  it('calls a message lost that was acknowledged and not handled', () => {
    const verdict = told([{ id: 1 }, { id: 7, times: [] }]).verdict([kill(900)]);
    expect(verdict).toMatchObject({ lost: 1, lostIds: [7] });
    expect(complaints(verdict)).toEqual(['1 acknowledged messages were never handled: 7']);
  });

  it('does not call one lost that was never acknowledged, but says so', () => {
    const oracle = told([{ id: 1 }]);
    oracle.attempt(2);
    expect(oracle.verdict([]).lost).toBe(0);
    expect(complaints(oracle.verdict([]))).toEqual(['1 messages were never acknowledged']);
  });

  it('takes in what it is told in any order', () => {
    const oracle = new Oracle();
    oracle.handle(1, 500);
    oracle.ack(1);
    oracle.attempt(1);
    expect(complaints(oracle.verdict([]))).toEqual([]);
  });

  it('notices a message that nobody has published', () => {
    const oracle = told([{ id: 1 }]);
    oracle.handle(9, 1_000);
    expect(complaints(oracle.verdict([]))).toEqual([
      '1 messages were handled that nobody has published',
    ]);
  });

  it('excuses as many duplicates as were under way when something was killed', () => {
    const twice = [1, 2].map((id) => ({ id, times: [1_000, 3_000] }));
    expect(told(twice).verdict([kill(1_010)])).toMatchObject({
      duplicates: 2,
      duplicateLimit: 2,
      duplicatesByKill: [2],
      unexplained: 0,
    });
    expect(complaints(told(twice).verdict([kill(1_010)]))).toEqual([]);
    const thrice = told([...twice, { id: 3, times: [1_000, 3_000] }]);
    expect(complaints(thrice.verdict([kill(1_010)]))).toEqual([
      '3 messages were handled again, more than 2',
    ]);
  });

  it.each([
    ['before the message was handled at all', [kill(500)], [4_000, 5_000]],
    ['after it was handled again', [kill(6_000)], [4_000, 5_000]],
  ])('does not excuse a duplicate by a kill %s', (_, kills, times) => {
    const verdict = told([{ id: 1, times }]).verdict(kills);
    expect(verdict.unexplained).toBe(1);
    expect(complaints(verdict)).toEqual(['1 messages were handled again without a kill to blame']);
  });

  it('tells which kill a duplicate comes from, also when the later line is read first', () => {
    const oracle = told([{ id: 1, times: [9_000, 6_000] }]);
    expect(oracle.verdict([kill(1_000), kill(6_005)]).duplicatesByKill).toEqual([0, 1]);
  });

  it('counts like sets, whatever happens', () => {
    const ids = fc.array(fc.integer({ min: 0, max: 30 }));
    fc.assert(
      fc.property(ids, ids, ids, (attempted, acked, handled) => {
        const oracle = new Oracle();
        for (const id of attempted) oracle.attempt(id);
        for (const id of acked) oracle.ack(id);
        for (const id of handled) oracle.handle(id, 1_000);
        const { lost, invented, duplicates } = oracle.verdict([]);
        const done = new Set(handled);
        expect(lost).toBe([...new Set(acked)].filter((id) => !done.has(id)).length);
        expect(invented).toBe([...done].filter((id) => !attempted.includes(id)).length);
        expect(duplicates).toBe(handled.length - done.size);
      }),
    );
  });
});
