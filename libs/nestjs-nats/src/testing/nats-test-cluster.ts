import type { NatsTestServer } from './nats-test-server.js';

/** A NATS cluster of the caller's own. */
export class NatsTestCluster {
  constructor(
    /** The members; each can be killed, paused and restarted by itself. */
    readonly servers: readonly NatsTestServer[],
  ) {}

  /** Where clients connect: the address of every member. */
  get urls(): string[] {
    return this.servers.map(({ url }) => url);
  }

  /** Stops all members and removes their folders. */
  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  /** `stop()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
