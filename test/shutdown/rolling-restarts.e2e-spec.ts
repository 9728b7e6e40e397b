import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { JobBench } from '../support/job-bench.js';
import { Load } from '../support/load.js';
import { type ReplicaOptions, startReplica } from '../support/replica-process.js';
import { sized } from '../support/scale.js';
import { type TempDir, tempDir } from '../support/temp-dir.js';
import { readWorkerLog, type WorkerEntry, type WorkerProcess } from '../support/worker-process.js';

const RESTARTS = 20;
const REPLICAS = 3;
const REQUESTS = sized(4_000, 20_000);

const jobs = new JobBench({ name: 'JOBS', subjects: ['jobs.>'] });
const started: WorkerProcess<ReplicaOptions>[] = [];
let folder: TempDir;
beforeAll(async () => {
  await jobs.start();
  folder = await tempDir();
});
afterAll(async () => {
  await Promise.all(started.map((replica) => replica.stop('SIGKILL')));
  await folder.remove();
  await jobs.stop();
});

let count = 0;

/** Starts one more replica, by turns pure and with an HTTP side. */
function start(): Promise<WorkerProcess<ReplicaOptions>> {
  const replica = startReplica({
    name: `front-${++count}`,
    log: folder.file('log'),
    servers: jobs.bench.server.url,
    kind: count % 2 === 0 ? 'pure' : 'hybrid',
    workMs: 5,
    strategy: { streams: [jobs.stream] },
  });
  started.push(replica);
  return replica.ready();
}

it('F8: 20 rolling restarts of 3 replicas fail no request, and cut and repeat no handler', async () => {
  jobs.peer.subscribe('back.ask', { callback: (_, message) => void message.respond(message.data) });
  const client = jobs.bench.client({ timeoutMs: 10_000 });
  const running = await Promise.all(Array.from({ length: REPLICAS }, start));

  const requests = new Load(16, async (n) => {
    expect(await client.request('front.ask', n)).toBe(n);
    await sleep(sized(20, 0));
  });
  const events = new Load(4, async (n) => {
    await jobs.publish('jobs.front', [{ id: `job-${n}` }]);
    await sleep(10);
  });
  const stops: unknown[] = [];
  for (let i = 0; i < RESTARTS; i++) {
    running.push(await start());
    stops.push(await running.shift()!.stop());
  }
  await requests.reach(REQUESTS);
  await Promise.all([requests.stop(), events.stop()]);

  expect(requests.failures).toEqual([]);
  expect(requests.done).toBeGreaterThanOrEqual(REQUESTS);
  // ended by the signal when all was done: exactly what an orchestrator expects
  expect(new Set(stops)).toEqual(new Set(['SIGTERM']));
  expect(events.failures).toEqual([]);
  await jobs.settled('front');
  await Promise.all(running.map((replica) => replica.stop()));
  expect(started.map(({ output }) => output.replace(/^front-\d+ is ready\n$/, '')).join('')).toBe(
    '',
  );
  const log = await readWorkerLog(folder.file('log'));
  const isJob = ({ id }: WorkerEntry): boolean => id.startsWith('job-');
  const ids = (what: string) => log.filter((e) => e.what === what && isJob(e)).map(({ id }) => id);
  const expected = Array.from({ length: events.done }, (_, n) => `job-${n}`).toSorted();
  expect(ids('start').toSorted()).toEqual(expected);
  expect(ids('end').toSorted()).toEqual(expected);
  console.info(`${requests.done} requests and ${events.done} events over ${RESTARTS} restarts`);
}, 300_000);
