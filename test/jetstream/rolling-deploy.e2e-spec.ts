import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JobBench } from '../support/job-bench.js';

const jobs = new JobBench({ name: 'JOBS', subjects: ['jobs.>'] });
beforeAll(() => jobs.start());
afterAll(() => jobs.stop());

const old = { subject: 'jobs.old', stream: 'JOBS', durable: 'old', work: { delayMs: 5 } };
const added = { subject: 'jobs.added', stream: 'JOBS', durable: 'added', work: { delayMs: 5 } };

describe('F12: a rolling deploy', () => {
  it('handles all of a new subject, also while the old version runs, without dead letters', async () => {
    const first = await jobs.worker('old-1', { consumers: [old] });
    const second = await jobs.worker('old-2', { consumers: [old] });
    const added200 = Array.from({ length: 200 }, (_, i) => ({ id: `added-${i}` }));
    const old200 = Array.from({ length: 200 }, (_, i) => ({ id: `old-${i}` }));
    await jobs.publish('jobs.old', old200.slice(0, 100));
    // before anybody knows the subject
    await jobs.publish('jobs.added', added200.slice(0, 50));
    const third = await jobs.worker('new-1', { consumers: [old, added] });
    // old and new side by side
    await jobs.publish('jobs.added', added200.slice(50, 100));
    expect(await first.stop()).toBe('SIGTERM');
    await jobs.publish('jobs.old', old200.slice(100));
    await jobs.publish('jobs.added', added200.slice(100, 150));
    const fourth = await jobs.worker('new-2', { consumers: [old, added] });
    expect(await second.stop()).toBe('SIGTERM');
    await jobs.publish('jobs.added', added200.slice(150));
    await jobs.waitForDone(400);
    await Promise.all([third.stop(), fourth.stop()]);

    const done = await jobs.done();
    expect(done.toSorted()).toEqual([...added200, ...old200].map(({ id }) => id).toSorted());
    expect(await jobs.subjects('DEAD_LETTERS')).toEqual({});
  }, 60_000);
});
