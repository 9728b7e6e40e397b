import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isNatsTransportError, isRemoteError, NatsClient } from 'nestjs-nats';
import { type ProvidedNatsServer, provideNatsServer } from 'nestjs-nats/testing';
import { type AppName, ChildApp } from './child-app.js';

/** Who must not be at work on the NATS server already: whom, and a subject that they answer. */
export interface Rival {
  readonly name: string;
  readonly subject: string;
}

/** What a demo starts: a NATS server, apps, and a folder for their databases and logs. */
export class Scene {
  apps: ChildApp[] = [];
  /** Holds the databases and the logs. */
  readonly folder = mkdtempSync(join(tmpdir(), 'nestjs-nats-demo-'));
  private server: ProvidedNatsServer | undefined;
  private client: NatsClient | undefined;
  private leaving = false;

  /** Makes the folder. Nothing else is started. @param rival nobody disturbs the demo without it */
  constructor(private readonly rival?: Rival) {}

  /**
   * Finds or starts a NATS server.
   *
   * @throws Error when it is somebody else's and the same apps are at work there already
   */
  async startNats(onProgress: (line: string) => void): Promise<ProvidedNatsServer> {
    this.server = await provideNatsServer({ onProgress });
    this.client = new NatsClient({ servers: this.server.url, name: 'demo' });
    if (this.rival && (await isTaken(this.client, this.rival))) {
      throw new Error(
        `A ${this.rival.name} is at work on this NATS server already, and would take part. ` +
          'Stop it, or unset NATS_URL to have a server started for the demo.',
      );
    }
    return this.server;
  }

  /** The demo's own connection, by which it asks the apps. */
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

  /** Takes an app that has ended, or is about to, out of the scene. */
  protected remove(name: string): ChildApp {
    const found = this.apps.find((app) => app.name === name)!;
    this.apps = this.apps.filter((app) => app !== found);
    return found;
  }

  /** Starts an app on the demo's NATS server; its log is a file in the folder. */
  protected start(name: string, app: AppName, env: NodeJS.ProcessEnv): ChildApp {
    if (this.leaving) throw new Error('The demo was interrupted.');
    const shared = {
      NATS_SERVERS: this.server!.url,
      NATS_CODEC: 'json',
      HOST: '127.0.0.1',
      // an address in the caller's environment is not the demo's to fill
      DATABASE_URL: '',
    };
    const child = new ChildApp(name, app, { ...shared, ...env }, join(this.folder, `${name}.log`));
    this.apps.push(child);
    return child;
  }
}

async function isTaken(client: NatsClient, { subject }: Rival): Promise<boolean> {
  try {
    await client.request(subject, {}, { timeoutMs: 1000 });
    return true;
  } catch (error) {
    if (isNatsTransportError(error, 'NO_RESPONDERS')) return false;
    if (isRemoteError(error)) return true;
    throw error;
  }
}
