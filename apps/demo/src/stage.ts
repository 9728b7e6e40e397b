import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isNatsTransportError, NatsClient } from 'nestjs-nats';
import { type ProvidedNatsServer, provideNatsServer } from 'nestjs-nats/testing';
import { type AppName, ChildApp } from './child-app.js';
import { DEMO_APP } from './sample-report.js';

/** The names of the two savers. */
export const REPLICAS = ['saver-a', 'saver-b'] as const;
/** The one that is killed. */
export const CRASHED = 'saver-b';

/** Where the apps can be reached. */
export interface AppUrls {
  readonly agentUrl: string;
  readonly dashboardUrl: string;
  readonly saverUrls: readonly string[];
}

/**
 * Everything the demo starts: a NATS server, an agent, two savers, a dashboard, and a folder for their
 * files.
 */
export class Stage {
  apps: ChildApp[] = [];
  private server: ProvidedNatsServer | undefined;
  private client: NatsClient | undefined;
  private leaving = false;

  private constructor(
    /** Holds the database and the logs. */
    readonly folder: string,
  ) {}

  /** Makes the folder. Nothing else is started. */
  static async create(): Promise<Stage> {
    return new Stage(await mkdtemp(join(tmpdir(), 'nestjs-nats-demo-')));
  }

  /**
   * Finds or starts a NATS server.
   *
   * @throws Error when it is somebody else's and a saver is at work there already
   */
  async startNats(onProgress: (line: string) => void): Promise<ProvidedNatsServer> {
    this.server = await provideNatsServer({ onProgress });
    this.client = new NatsClient({ servers: this.server.url, name: 'demo' });
    if (await this.isTaken(this.client)) {
      throw new Error(
        'A saver is at work on this NATS server already, and would take some of the reports. ' +
          'Stop it, or unset NATS_URL to have a server started for the demo.',
      );
    }
    return this.server;
  }

  /** Starts the apps, all that can be at once, and waits until they are ready. */
  async startApps(): Promise<AppUrls> {
    const savers = REPLICAS.map((name) => this.startSaver(name));
    const agent = this.start('agent', 'agent', {
      PORT: '0',
      AGENT_APPS: `${DEMO_APP.appId}:${DEMO_APP.appKey}`,
    });
    const [[agentUrl, dashboardUrl], ...saverUrls] = await Promise.all([
      this.startDashboard(agent),
      ...savers.map((saver) => saver.ready()),
    ]);
    return { agentUrl, dashboardUrl, saverUrls };
  }

  /** Kills a saver, whatever it is doing, starts it again, and waits until it is ready. */
  async crashSaver(name: string): Promise<void> {
    const saver = this.apps.find((app) => app.name === name)!;
    await saver.crash();
    this.apps = this.apps.filter((app) => app !== saver);
    await this.startSaver(name).ready();
  }

  /** The demo's own connection, by which it asks the savers. */
  get nats(): NatsClient {
    return this.client!;
  }

  /** Ends everything that was started, in order: the apps first, while NATS is still there. */
  async leave(options: { keepFolder: boolean }): Promise<void> {
    this.leaving = true;
    await Promise.all(this.apps.map((app) => app.stop()));
    await this.client?.close();
    await this.server?.stop();
    if (!options.keepFolder) await rm(this.folder, { recursive: true, force: true });
  }

  /** Ends the apps at once: the last resort when the process itself ends. */
  kill(): void {
    for (const app of this.apps) app.kill();
  }

  /** The dashboard is told where the agent is, which is known when that is ready. */
  private async startDashboard(agent: ChildApp): Promise<[agentUrl: string, url: string]> {
    const agentUrl = await agent.ready();
    const dashboard = this.start('dashboard', 'dashboard', {
      PORT: '0',
      AGENT_URL: agentUrl,
      AGENT_APP: `${DEMO_APP.appId}:${DEMO_APP.appKey}`,
    });
    return [agentUrl, await dashboard.ready()];
  }

  private startSaver(name: string): ChildApp {
    return this.start(name, 'saver', {
      SAVER_NAME: name,
      SAVER_PORT: '0',
      SAVER_DATABASE_FILE: join(this.folder, 'saver.sqlite'),
      // an address in the caller's environment is not the demo's to fill
      DATABASE_URL: '',
    });
  }

  private start(name: string, app: AppName, env: NodeJS.ProcessEnv): ChildApp {
    if (this.leaving) throw new Error('The demo was interrupted.');
    const shared = { NATS_SERVERS: this.server!.url, NATS_CODEC: 'json', HOST: '127.0.0.1' };
    const child = new ChildApp(name, app, { ...shared, ...env }, join(this.folder, `${name}.log`));
    this.apps.push(child);
    return child;
  }

  private async isTaken(client: NatsClient): Promise<boolean> {
    try {
      await client.request('report.query.stats', {}, { timeoutMs: 1000 });
      return true;
    } catch (error) {
      if (isNatsTransportError(error, 'NO_RESPONDERS')) return false;
      throw error;
    }
  }
}
