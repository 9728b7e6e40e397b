import { describe, expect, it } from '@jest/globals';
import { LoopTurns } from './loop-turns.js';

describe('LoopTurns', () => {
  it('is in the same turn until microtasks have run', async () => {
    const turns = new LoopTurns();
    const turn = turns.present();
    await Promise.resolve();
    expect(turns.isOver(turn)).toBe(false);
    expect(turns.present()).toBe(turn);
  });

  it('is in another turn when that has ended', async () => {
    const turns = new LoopTurns();
    const turn = turns.present();
    await new Promise(setImmediate);
    expect(turns.isOver(turn)).toBe(true);
    expect(turns.present()).not.toBe(turn);
  });

  it('lets all that wait go on in one turn', async () => {
    const turns = new LoopTurns();
    const wentOn: number[] = [];
    const wait = async (): Promise<void> => {
      await turns.end();
      wentOn.push(turns.present());
    };
    const all = [wait(), Promise.resolve().then(wait)];
    expect(wentOn).toEqual([]);
    await Promise.all(all);
    expect(wentOn).toEqual([1, 1]);
  });

  it('lets the first of many go on before the turn has ended', async () => {
    const turns = new LoopTurns();
    const wentOn: number[] = [];
    const all = Array.from({ length: 100 }, async () => {
      await turns.end();
      wentOn.push(turns.present());
    });
    await Promise.resolve();
    expect(wentOn).toEqual(Array.from({ length: 64 }, () => 0));
    await Promise.all(all);
    expect(wentOn.slice(64)).toEqual(Array.from({ length: 36 }, () => 1));
  });

  it('ends again and again', async () => {
    const turns = new LoopTurns();
    await turns.end();
    await turns.end();
    expect(turns.present()).toBe(2);
  });
});
