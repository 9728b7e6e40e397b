import { join } from 'node:path';
import type { ChildApp } from './child-app.js';
import { DEMO_APP } from './sample-report.js';
import { Scene } from './scene.js';

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
export class Stage extends Scene {
  constructor() {
    super({ name: 'saver', subject: 'report.query.stats' });
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
    await this.remove(name).crash();
    await this.startSaver(name).ready();
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
    });
  }
}
