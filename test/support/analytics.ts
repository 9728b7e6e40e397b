import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { AppProcess, type AppName } from './app-process.js';
import { Cleanup } from './cleanup.js';
import { type Answer, postReport, REPORT } from './report-client.js';
import { tempDir } from './temp-dir.js';
import { waitFor } from './wait-for.js';

/** What `GET /dashboard/v1/snapshot` answers, as far as tests look at it. */
export interface DashboardSnapshot {
  nats: string;
  saver: string;
  saverView: {
    asOf: string;
    received: number;
    waiting: number;
    stored: number;
    failed: number;
    replicas: { replica: string; rows: number; since: string | null }[];
    minutes: { minute: string; events: number; failed: number }[];
    latest: { msgId: string; eventName: string; reportData: string; savedBy: string }[];
    failures: { msgId: string; errorReason: string }[];
  } | null;
  rejections: { count: number; latest: { name: string; status: number; detail: string }[] };
  canReport: boolean;
}

/** The apps of the analytics flow on a NATS server and a database of their own. */
export class Analytics {
  server: NatsTestServer;
  agentUrl: string;
  private readonly cleanup = new Cleanup();
  private databaseFile: string;

  /** Starts NATS, and makes room for a database. */
  async start(): Promise<void> {
    const dir = this.cleanup.add(await tempDir(), (made) => made.remove());
    this.databaseFile = dir.file('saver.sqlite');
    this.server = this.cleanup.add(await startNatsServer(), (started) => started.stop());
  }

  /** Starts an app on all this; the end ends it. */
  app(name: AppName, env: NodeJS.ProcessEnv = {}): AppProcess {
    const shared = {
      NATS_SERVERS: this.server.url,
      PORT: '0',
      SAVER_PORT: '0',
      SAVER_DATABASE_FILE: this.databaseFile,
    };
    return this.cleanup.add(new AppProcess(name, { ...shared, ...env }), (app) => app.stop());
  }

  /** Starts an agent and savers, and waits until they listen. */
  async startFlow(savers: readonly string[]): Promise<AppProcess[]> {
    const agent = this.app('agent');
    const started = savers.map((name) => this.app('saver', { SAVER_NAME: name }));
    this.agentUrl = await agent.url();
    await Promise.all(started.map((saver) => saver.url()));
    return started;
  }

  /** Starts a dashboard, and waits until it hears what goes by. */
  async dashboard(env: NodeJS.ProcessEnv = {}): Promise<{ url: string; app: AppProcess }> {
    const app = this.app('dashboard', { AGENT_URL: this.agentUrl, ...env });
    const url = await app.url();
    await waitFor(async () => (await fetch(`${url}/readyz`)).ok, {
      what: () => `the dashboard to listen to NATS:\n${app.output}`,
    });
    return { url, app };
  }

  /** Reports an event, which differs from others as told. */
  report(changes: Partial<typeof REPORT> = {}): Promise<Answer> {
    return postReport(this.agentUrl, { ...REPORT, ...changes });
  }

  /** Ends everything. */
  stop(): Promise<void> {
    return this.cleanup.run();
  }
}

/** Asks a dashboard. */
export async function snapshotOf(url: string): Promise<DashboardSnapshot> {
  return (await (await fetch(`${url}/dashboard/v1/snapshot`)).json()) as DashboardSnapshot;
}
