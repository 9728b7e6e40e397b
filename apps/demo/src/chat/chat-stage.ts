import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProvidedNatsServer, provideNatsServer } from 'nestjs-nats/testing';
import { ChildApp } from '../child-app.js';

/** The names of the two instances. */
export const INSTANCES = ['chat-a', 'chat-b'] as const;

/** Everything the demo of the chat starts: a NATS server, two instances, and a folder for their logs. */
export class ChatStage {
  readonly apps: ChildApp[] = [];
  private server: ProvidedNatsServer | undefined;
  private leaving = false;

  private constructor(private readonly folder: string) {}

  /** Makes the folder. Nothing else is started. */
  static async create(): Promise<ChatStage> {
    return new ChatStage(await mkdtemp(join(tmpdir(), 'nestjs-nats-chat-')));
  }

  /** Finds or starts a NATS server. */
  async startNats(onProgress: (line: string) => void): Promise<ProvidedNatsServer> {
    this.server = await provideNatsServer({ onProgress });
    return this.server;
  }

  /** Starts both instances, and waits until they are ready. */
  async startApps(): Promise<[string, string]> {
    if (this.leaving) throw new Error('The demo was interrupted.');
    for (const name of INSTANCES) {
      const env = {
        CHAT_NAME: name,
        HOST: '127.0.0.1',
        PORT: '0',
        NATS_SERVERS: this.server!.url,
        NATS_CODEC: 'json',
      };
      this.apps.push(new ChildApp(name, 'chat', env, join(this.folder, `${name}.log`)));
    }
    const [first, second] = await Promise.all(this.apps.map((app) => app.ready()));
    return [first!, second!];
  }

  /** Ends everything that was started, in order: the apps first, while NATS is still there. */
  async leave(options: { keepFolder: boolean }): Promise<void> {
    this.leaving = true;
    await Promise.all(this.apps.map((app) => app.stop()));
    await this.server?.stop();
    if (!options.keepFolder) await rm(this.folder, { recursive: true, force: true });
  }

  /** Ends the apps at once: the last resort when the process itself ends. */
  kill(): void {
    for (const app of this.apps) app.kill();
  }
}
