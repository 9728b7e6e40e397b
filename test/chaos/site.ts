import {
  type NatsTestServer,
  startNatsCluster,
  startNatsServer,
  type StartNatsServerOptions,
} from 'nestjs-nats/testing';
import { waitFor } from '../support/wait-for.js';

const HEALTHY_TIMEOUT_MS = 60_000;

/** Servers that can be killed: one, or a cluster of three. */
export class Site {
  private constructor(
    readonly servers: readonly NatsTestServer[],
    readonly stop: () => Promise<void>,
  ) {}

  static async start(
    cluster: boolean,
    options: Pick<StartNatsServerOptions, 'config'> = {},
  ): Promise<Site> {
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
