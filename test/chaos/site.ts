import { type NatsTestServer, startNatsCluster, startNatsServer } from 'nestjs-nats/testing';
import { waitFor } from '../support/wait-for.js';

/** The shortest that there is: clients are sent away one by one, a second at most between two. */
const CONFIG = 'lame_duck_duration: "30s"\nlame_duck_grace_period: "1s"';
const HEALTHY_TIMEOUT_MS = 60_000;

/** Servers that can be killed: one, or a cluster of three. */
export class Site {
  private constructor(
    readonly servers: readonly NatsTestServer[],
    readonly stop: () => Promise<void>,
  ) {}

  static async start(cluster: boolean): Promise<Site> {
    const options = { config: CONFIG };
    if (cluster) {
      const started = await startNatsCluster({ ...options, startTimeoutMs: 20_000 });
      return new Site(started.servers, () => started.stop());
    }
    const server = await startNatsServer(options);
    return new Site([server], () => server.stop());
  }

  get urls(): string[] {
    return this.servers.map(({ url }) => url);
  }

  /** On how many servers streams are kept. */
  get replicas(): number {
    return this.servers.length;
  }

  /** The version of the servers. */
  get version(): string {
    return this.servers[0]!.version;
  }

  /** Kills a server and starts it again on the same port with the same store. */
  async killAndRestart(server: NatsTestServer): Promise<void> {
    await server.kill();
    await server.restart();
    await this.healthy();
  }

  /** Has a server send its clients away and end (lame duck mode), and starts it again. */
  async retireAndRestart(server: NatsTestServer): Promise<void> {
    process.kill(server.pid, 'SIGUSR2');
    await waitFor(() => !server.running, {
      timeoutMs: HEALTHY_TIMEOUT_MS,
      what: `${server.name} to end`,
    });
    await server.restart();
    await this.healthy();
  }

  /** Resolves when every server is well, and has everything that it keeps a copy of. */
  async healthy(): Promise<void> {
    const words: string[] = [];
    const isWell = async ({ name, monitoringUrl }: NatsTestServer): Promise<boolean> => {
      const options = { headers: { connection: 'close' } };
      const answer = await fetch(`${monitoringUrl}/healthz`, options).catch(() => undefined);
      if (answer?.ok !== true) words.push(`${name}: ${await answer?.text()}`);
      return answer?.ok === true;
    };
    await waitFor(async () => (await Promise.all(this.servers.map(isWell))).every(Boolean), {
      timeoutMs: HEALTHY_TIMEOUT_MS,
      what: () => `the servers to be well; the last of them said:\n${words.slice(-3).join('\n')}`,
    });
  }
}
