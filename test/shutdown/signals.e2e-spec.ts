import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NatsClient } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { type ReplicaOptions, startReplica } from '../support/replica-process.js';
import { type TempDir, tempDir } from '../support/temp-dir.js';
import { waitFor } from '../support/wait-for.js';
import { readWorkerLog, type WorkerProcess } from '../support/worker-process.js';

const bench = new NatsBench();
let folder: TempDir;
let replica: WorkerProcess<ReplicaOptions>;
let client: NatsClient;
beforeAll(() => bench.start());
beforeEach(async () => {
  folder = await tempDir();
  client = bench.client({ timeoutMs: 20_000 });
});
afterEach(async () => {
  await replica.stop('SIGKILL');
  await folder.remove();
  await bench.clear();
});
afterAll(() => bench.stop());

async function start(options: Pick<ReplicaOptions, 'kind' | 'workMs'>, shutdownTimeoutMs = 30_000) {
  replica = startReplica({
    name: 'front',
    log: folder.file('log'),
    servers: bench.server.url,
    strategy: { shutdownTimeoutMs },
    ...options,
  });
  await replica.ready();
}

/** What the handlers of the replica have done so far. */
async function steps(): Promise<string[]> {
  return (await readWorkerLog(folder.file('log'))).map(({ what }) => what);
}

describe.each(['pure', 'hybrid'] as const)('F8: a signal to stop a %s application', (kind) => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s: what is under way asks, publishes and answers; then the signal ends the process',
    async (signal) => {
      await start({ kind, workMs: 300 });
      const peer = await bench.peer();
      const heard: string[] = [];
      peer.subscribe('back.ask', { callback: (_, m) => void m.respond(m.data) });
      peer.subscribe('front.*', { callback: (_, { subject }) => void heard.push(subject) });
      await peer.flush();
      const answers = Promise.all([1, 2, 3].map((n) => client.request('front.ask', n)));
      await waitFor(async () => (await steps()).length === 3, { what: 'the handlers to start' });
      const stopped = replica.stop(signal);
      await expect(answers).resolves.toEqual([1, 2, 3]);
      expect(await stopped).toBe(signal);
      expect(await steps()).toEqual(['start', 'start', 'start', 'end', 'end', 'end']);
      await peer.flush();
      expect(heard.filter((subject) => subject !== 'front.ask').toSorted()).toEqual([
        'front.answered',
        'front.answered',
        'front.answered',
        'front.seen',
        'front.seen',
        'front.seen',
      ]);
      expect(replica.output).toBe('front is ready\n');
    },
  );

  it('a second one ends the waiting: handlers are told, callers are answered', async () => {
    await start({ kind, workMs: 0 }, 600_000);
    const refused = rejection(client.request('front.hang', 'x'));
    await waitFor(async () => (await steps()).length === 1, { what: 'the handler to start' });
    const stopped = replica.stop();
    // one of them comes when the first is a while ago
    await waitFor(
      () => {
        void replica.stop();
        return !replica.running;
      },
      { what: 'the process to end' },
    );
    expect(await refused).toMatchObject({ name: 'RemoteError', code: 'UNAVAILABLE' });
    expect(await stopped).toBe('SIGTERM');
    expect(await steps()).toEqual(['start', 'end']);
    expect(replica.output).toMatch(/Closing while 1 messages are under way, in haste/);
  });

  it('the same one twice in one moment is one: terminals and npm both send it', async () => {
    await start({ kind, workMs: 700 });
    const peer = await bench.peer();
    peer.subscribe('back.ask', { callback: (_, m) => void m.respond(m.data) });
    await peer.flush();
    const answer = client.request('front.ask', 1);
    await waitFor(async () => (await steps()).length === 1, { what: 'the handler to start' });
    void replica.stop('SIGINT');
    const stopped = replica.stop('SIGINT');
    await expect(answer).resolves.toBe(1);
    expect(await stopped).toBe('SIGINT');
    expect(replica.output).toBe('front is ready\n');
  });

  it('waits for handlers no longer than shutdownTimeoutMs', async () => {
    await start({ kind, workMs: 0 }, 300);
    const refused = rejection(client.request('front.hang', 'x'));
    await waitFor(async () => (await steps()).length === 1, { what: 'the handler to start' });
    expect(await replica.stop()).toBe('SIGTERM');
    expect(await refused).toMatchObject({ name: 'RemoteError', code: 'UNAVAILABLE' });
    expect(await steps()).toEqual(['start', 'end']);
  });
});
