import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JobBench } from '../support/job-bench.js';
import { waitFor } from '../support/wait-for.js';

const jobs = new JobBench({ name: 'JOBS', subjects: ['jobs.>'] });
beforeAll(() => jobs.start());
afterAll(() => jobs.stop());

describe('F9: a message that kills the process', () => {
  it('ends in the dead letters, and none of its neighbours does', async () => {
    const consumers = [
      {
        subject: 'jobs.poison',
        stream: 'JOBS',
        durable: 'poisoned',
        concurrency: 8,
        // a process that is gone cannot say so: its messages come back after this
        ackWaitMs: 1_000,
        work: { delayMs: 30 },
      },
    ];
    const innocent = Array.from({ length: 50 }, (_, i) => ({ id: `job-${i}` }));
    await jobs.publish('jobs.poison', innocent.slice(0, 3));
    await jobs.publish('jobs.poison', [{ id: 'poison', poison: true }]);
    await jobs.publish('jobs.poison', innocent.slice(3));

    let restarts = 0;
    const dead = (): Promise<Record<string, number>> => jobs.subjects('DEAD_LETTERS');
    const everythingSettled = async (): Promise<boolean> => {
      const info = await jobs.jsm.consumers.info('JOBS', 'poisoned').catch(() => undefined);
      return info !== undefined && info.num_pending === 0 && info.num_ack_pending === 0;
    };
    // as an orchestrator does: a worker that has died is started again
    for (; restarts < 12 && !(await everythingSettled()); restarts++) {
      const worker = jobs.spawn(`worker-${restarts}`, { consumers });
      await waitFor(async () => !worker.running || (await everythingSettled()), {
        timeoutMs: 25_000,
        what: () => `the worker to die or to finish; it wrote:\n${worker.output}`,
      });
      await worker.stop();
    }

    const starts = (await jobs.log()).filter(({ what, id }) => what === 'start' && id === 'poison');
    // once among others, then twice alone
    expect(starts).toHaveLength(3);
    // the first worker is no restart
    expect(restarts - 1).toBeLessThanOrEqual(3);
    expect(await dead()).toEqual({ 'dead.JOBS.poisoned': 1 });
    expect(new Set(await jobs.done())).toEqual(new Set(innocent.map(({ id }) => id)));
  }, 120_000);
});
