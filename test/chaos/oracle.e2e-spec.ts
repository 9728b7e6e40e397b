import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { complaints, type Fault, Oracle } from './oracle.js';

const kill = (at: number, kind: Partial<Fault> = {}): Fault => ({
  what: 'worker',
  name: 'worker-1',
  at,
  backAt: at + 100,
  slots: 2,
  forgetsMs: 0,
  ...kind,
});
const server = { what: 'server', name: 'server-1' } as const;

interface Told {
  readonly id: number;
  readonly times?: readonly number[];
  readonly redelivered?: boolean;
}

/** An oracle that was told of these messages, each of them attempted, acknowledged and handled at its time. */
function told(messages: readonly Told[]): Oracle {
  const oracle = new Oracle();
  for (const { id, times = [1_000], redelivered = false } of messages) {
    oracle.attempt(id);
    oracle.ack(id);
    for (const at of times) oracle.handle(id, { at, by: 'worker-1', redelivered });
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
    oracle.handle(1, { at: 500, by: 'worker-1', redelivered: false });
    oracle.ack(1);
    oracle.attempt(1);
    expect(complaints(oracle.verdict([]))).toEqual([]);
  });

  it('notices a message that nobody has published', () => {
    const oracle = told([{ id: 1 }]);
    oracle.handle(9, { at: 1_000, by: 'worker-1', redelivered: false });
    expect(complaints(oracle.verdict([]))).toEqual([
      '1 messages were handled that nobody has published',
    ]);
  });

  it('excuses as many duplicates as were under way when something was killed', () => {
    const twice = [1, 2].map((id) => ({ id, times: [1_000, 3_000] }));
    expect(told(twice).verdict([kill(1_010)])).toMatchObject({
      duplicates: 2,
      duplicateLimit: 2,
      duplicatesByFault: [2],
      unexplained: 0,
    });
    expect(complaints(told(twice).verdict([kill(1_010)]))).toEqual([]);
    const thrice = told([...twice, { id: 3, times: [1_000, 3_000] }]);
    expect(complaints(thrice.verdict([kill(1_010)]))).toEqual([
      '3 messages were handled again, more than 2',
    ]);
  });

  it('excuses besides what a server has not written down', () => {
    const twice = [940, 960, 970, 980, 990].map((at, id) => ({ id, times: [at, 3_000] }));
    const excused = (forgetsMs: number): number =>
      told(twice).verdict([kill(1_000, { ...server, forgetsMs })]).duplicateLimit;
    expect(excused(0)).toBe(2);
    expect(excused(50)).toBe(2 + 4);
  });

  it.each([
    ['before the message was handled at all', kill(500), [4_000, 5_000]],
    ['after it was handled again', kill(6_000), [4_000, 5_000]],
    ['of another worker', kill(4_500, { name: 'worker-2' }), [4_000, 5_000]],
    ['of a server long before', kill(500, server), [4_000, 5_000]],
  ])('does not excuse a duplicate by a kill %s', (_, one, times) => {
    const verdict = told([{ id: 1, times }]).verdict([one]);
    expect(verdict.unexplained).toBe(1);
    expect(verdict.unexplainedRepeats).toMatchObject([{ id: 1, at: 4_000, againAt: 5_000 }]);
    expect(complaints(verdict)).toEqual([
      expect.stringMatching(
        /^1 messages were handled again without a fault to blame: 1 by worker-1.*, and 1000 ms later by worker-1$/,
      ),
    ]);
  });

  it('excuses one that had come again when it was handled, by a kill of a server long before', () => {
    const redelivered = { id: 1, times: [4_000, 5_000], redelivered: true };
    expect(told([redelivered]).verdict([kill(500, server)])).toMatchObject({
      duplicatesByFault: [1],
      unexplained: 0,
    });
    expect(told([redelivered]).verdict([kill(500)]).unexplained).toBe(1);
    expect(told([redelivered]).verdict([kill(4_500, server)]).unexplained).toBe(0);
    expect(told([redelivered]).verdict([kill(5_500, server)]).unexplained).toBe(1);
  });

  it('blames the nearest kill', () => {
    const kills = [kill(5_000, server), kill(6_500), kill(6_900, server)];
    const repeated = (at: number): readonly number[] =>
      told([{ id: 1, times: [at, 9_000] }]).verdict(kills).duplicatesByFault;
    expect(repeated(4_990)).toEqual([1, 0, 0]);
    expect(repeated(6_490)).toEqual([0, 1, 0]);
    expect(repeated(6_890)).toEqual([0, 0, 1]);
  });

  it('tells which kill a duplicate comes from, also when the later line is read first', () => {
    const oracle = told([{ id: 1, times: [9_000, 6_000] }]);
    expect(oracle.verdict([kill(1_000), kill(6_005)]).duplicatesByFault).toEqual([0, 1]);
  });

  it('counts like sets, whatever happens', () => {
    const ids = fc.array(fc.integer({ min: 0, max: 30 }));
    fc.assert(
      fc.property(ids, ids, ids, (attempted, acked, handled) => {
        const oracle = new Oracle();
        for (const id of attempted) oracle.attempt(id);
        for (const id of acked) oracle.ack(id);
        for (const id of handled)
          oracle.handle(id, { at: 1_000, by: 'worker-1', redelivered: false });
        const { lost, invented, duplicates } = oracle.verdict([]);
        const done = new Set(handled);
        expect(lost).toBe([...new Set(acked)].filter((id) => !done.has(id)).length);
        expect(invented).toBe([...done].filter((id) => !attempted.includes(id)).length);
        expect(duplicates).toBe(handled.length - done.size);
      }),
    );
  });
});
