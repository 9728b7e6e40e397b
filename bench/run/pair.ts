import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ClientCalls } from '../drive/client.worker.js';
import type { ServerCalls } from '../drive/server.worker.js';
import { Worker } from '../process/worker.js';
import type { FlowScenario } from '../scenarios.js';
import type { ServerPlan } from '../subjects/subject.js';

/** How the processes of a subject are started. */
export interface PairOptions {
  readonly subject: string;
  readonly url: string;
}

/** The two processes of a subject: one with handlers, one that sends. */
export class Pair {
  private constructor(
    readonly subject: string,
    readonly server: Worker<ServerCalls>,
    /** Nothing where the server process asks for messages itself. */
    readonly client: Worker<ClientCalls> | undefined,
  ) {}

  static async start({ subject, url }: PairOptions, scenario: FlowScenario): Promise<Pair> {
    const worker = (role: string) => ({
      program: `../drive/${role}.worker.js`,
      args: [subject, url],
      name: `${scenario.id}.${subject}.${role}`,
    });
    const server = new Worker<ServerCalls>(worker('server'));
    const client =
      scenario.kind === 'consume' ? undefined : new Worker<ClientCalls>(worker('client'));
    const pair = new Pair(subject, server, client);
    try {
      if (scenario.kind !== 'publish') await server.call('serve', planOf(scenario, url));
      return pair;
    } catch (error) {
      await pair.end();
      throw error;
    }
  }

  /** Profiles both processes while `work` runs. */
  async profile(dir: string, id: string, work: () => Promise<unknown>): Promise<void> {
    const { client, server, subject } = this;
    mkdirSync(dir, { recursive: true });
    const file = (role: string): string =>
      join(resolve(dir), `${id}.${subject}.${role}.cpuprofile`);
    await Promise.all([client?.call('startProfile'), server.call('startProfile')]);
    await work();
    await Promise.all([
      client?.call('stopProfile', file('client')),
      server.call('stopProfile', file('server')),
    ]);
  }

  /** Closes what the processes hold, and lets them end. */
  async end(): Promise<void> {
    const workers = [this.client, this.server].filter((worker) => worker !== undefined);
    try {
      for (const worker of workers) await worker.call('close');
    } finally {
      await Promise.all(workers.map((worker) => worker.end()));
    }
  }
}

function planOf(scenario: FlowScenario, url: string): ServerPlan {
  const consume = scenario.kind === 'consume' ? scenario : undefined;
  return {
    url,
    stage: scenario.stage,
    handlers: scenario.kind === 'events' ? scenario.handlers : 1,
    concurrency: consume?.concurrency ?? 1,
    async: consume?.handler === 'async',
  };
}
