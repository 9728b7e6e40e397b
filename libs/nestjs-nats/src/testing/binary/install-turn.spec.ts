import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import { inTurn } from './install-turn.js';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-turn-'));
  lock = join(folder, '.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Takes a turn and keeps it until `finish()`. */
async function heldTurn(): Promise<{ finish(): Promise<void> }> {
  const events = new EventTarget();
  const begun = once(events, 'begin');
  const turn = inTurn(lock, async () => {
    const finished = once(events, 'finish');
    events.dispatchEvent(new Event('begin'));
    await finished;
  });
  await begun;
  return {
    finish: () => {
      events.dispatchEvent(new Event('finish'));
      return turn;
    },
  };
}

describe('inTurn', () => {
  it('runs one task at a time, and every one', async () => {
    let running = 0;
    const seen: number[] = [];
    const task = async (i: number) => {
      seen.push(++running);
      await nextTick();
      running--;
      return i;
    };
    const results = [0, 1, 2, 3, 4].map((i) => inTurn(lock, () => task(i)));
    await expect(Promise.all(results)).resolves.toEqual([0, 1, 2, 3, 4]);
    expect(seen).toEqual([1, 1, 1, 1, 1]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('waits for who has the turn, and names it once', async () => {
    const first = await heldTurn();
    const waits: number[] = [];
    const second = inTurn(lock, () => Promise.resolve('second'), {
      onWait: (pid) => {
        waits.push(pid);
        void nextTick().then(() => first.finish());
      },
    });
    await expect(second).resolves.toBe('second');
    expect(waits).toEqual([process.pid]);
  });

  it('passes on after a task has failed', async () => {
    const failing = inTurn(lock, () => Promise.reject(new Error('no network')));
    await expect(failing).rejects.toThrow('no network');
    await expect(inTurn(lock, () => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('does not wait for a process that has ended', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    symlinkSync(`${pid}.abc`, lock);
    await expect(inTurn(lock, () => Promise.resolve('next'))).resolves.toBe('next');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves the lock to who took it over', async () => {
    await inTurn(lock, async () => {
      rmSync(lock);
      symlinkSync('1.abc', lock);
    });
    expect(readdirSync(folder)).toEqual(['.lock']);
  });

  it('stops waiting when it is interrupted', async () => {
    const first = await heldTurn();
    const interrupted = new AbortController();
    const second = inTurn(lock, () => Promise.resolve(), {
      signal: interrupted.signal,
      onWait: () => interrupted.abort(new Error('interrupted')),
    });
    await expect(second).rejects.toThrow('interrupted');
    expect(readdirSync(folder)).toEqual(['.lock']);
    await first.finish();
  });

  it('says why it cannot lock', async () => {
    const absent = join(folder, 'absent', '.lock');
    await expect(inTurn(absent, () => Promise.resolve())).rejects.toThrow(/ENOENT/);
  });
});
