import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import {
  type NatsTestServer,
  startNatsServer,
  type StartNatsServerOptions,
} from 'nestjs-nats/testing';
import { type TempDir, tempDir } from './temp-dir.js';
import { waitFor } from './wait-for.js';

/** Is a nats-server whose configuration changes while it runs. */
export class ReloadableServer {
  private constructor(
    readonly server: NatsTestServer,
    private readonly dir: TempDir,
    private readonly file: string,
  ) {}

  static async start(
    config: string,
    options: StartNatsServerOptions = {},
  ): Promise<ReloadableServer> {
    const dir = await tempDir();
    const file = dir.file('nats.conf');
    const name = `reloaded-${randomUUID()}`;
    await writeFile(file, named(name, config));
    const args = [...(options.args ?? []), '-c', file];
    const server = await startNatsServer({ jetstream: false, ...options, name, args });
    return new ReloadableServer(server, dir, file);
  }

  /** Changes the configuration; resolves when the server has taken it. */
  async reload(config: string): Promise<void> {
    const before = await this.reloads();
    await writeFile(this.file, named(this.server.name, config));
    process.kill(this.server.pid, 'SIGHUP');
    await waitFor(async () => (await this.reloads()) > before, { what: 'the server to reload' });
  }

  /** Writes a file beside the configuration. @returns its path */
  async write(name: string, content: string): Promise<string> {
    const path = this.dir.file(name);
    await writeFile(path, content);
    return path;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.dir.remove();
  }

  private async reloads(): Promise<number> {
    const log = await this.server.logs();
    if (/Failed to reload/.test(log))
      throw new Error(`The server refuses its configuration:\n${log}`);
    return log.split('Reloaded server configuration').length;
  }
}

/** A server that is reloaded must not lose its name. */
function named(name: string, config: string): string {
  return `server_name: "${name}"\n${config}`;
}
