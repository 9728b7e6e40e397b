import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { JobBench } from '../support/job-bench.js';

const jobs = new JobBench({ name: 'JOBS', subjects: ['jobs.>'] });
beforeAll(() => jobs.start());
afterAll(() => jobs.stop());

it('N3: what a worker has begun when it is killed is delivered again, to another', async () => {
  const consumers = [
    {
      subject: 'jobs.killed',
      stream: 'JOBS',
      durable: 'killed',
      concurrency: 2,
      // a process that is gone cannot say so: its messages come back after this
      ackWaitMs: 1_000,
    },
  ];
  const first = await jobs.worker('first', { consumers });
  await jobs.publish('jobs.killed', [{ id: 'a' }, { id: 'b', kill: true }, { id: 'c' }]);
  await expect(first.exit()).resolves.toBe('SIGKILL');
  await jobs.worker('second', { consumers });
  await jobs.settled('killed');
  expect(new Set(await jobs.done())).toEqual(new Set(['a', 'b', 'c']));
  expect((await jobs.log()).filter(({ id }) => id === 'b')).toMatchObject([
    { worker: 'first', what: 'start' },
    { worker: 'second', what: 'start' },
    { worker: 'second', what: 'end' },
  ]);
});
