import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import { type INestMicroservice, Logger, type Type } from '@nestjs/common';
import { NatsClient, type NatsClientOptions, type NatsStrategyOptions } from 'nestjs-nats';
import {
  type NatsTestServer,
  startNatsServer,
  type StartNatsServerOptions,
} from 'nestjs-nats/testing';
import { RawNats } from './raw-nats.js';
import { createMicroservice, type Microservice } from './nest-app.js';

/**
 * Is a nats-server of a test file's own, with everything that its tests connect to it.
 *
 * Call {@link start} in `beforeAll`, {@link clear} in `afterEach` and {@link stop} in `afterAll`.
 */
export class NatsBench {
  private running: NatsTestServer | undefined;
  private readonly closers: (() => unknown)[] = [];

  constructor(private readonly options: StartNatsServerOptions = {}) {}

  get server(): NatsTestServer {
    if (!this.running) throw new Error('No server: call start() in beforeAll');
    return this.running;
  }

  async start(): Promise<void> {
    // many tests provoke what the library logs
    Logger.overrideLogger(false);
    this.running = await startNatsServer({ jetstream: false, ...this.options });
  }

  /** Creates a microservice of these controllers; it is not listening yet. */
  async create(
    controllers: Type[],
    options: NatsStrategyOptions = {},
    providers: Type[] = [],
  ): Promise<Microservice> {
    const service = await createMicroservice(controllers, this.addressed(options), providers);
    this.own(() => service.app.close());
    return service;
  }

  /** Starts a microservice of these controllers. */
  async listen(
    controllers: Type[],
    options: NatsStrategyOptions = {},
    providers: Type[] = [],
  ): Promise<INestMicroservice> {
    const { app } = await this.create(controllers, options, providers);
    await app.listen();
    return app;
  }

  /** Makes a client of ours; it connects when it is used. */
  client(options: NatsClientOptions = {}): NatsClient {
    const client = new NatsClient(this.addressed(options));
    this.own(() => client.close());
    return client;
  }

  /** Connects a plain client, which knows nothing of Nest. */
  async peer(options: NodeConnectionOptions = {}): Promise<NatsConnection> {
    // what it asks after a restart, before it is back, is never answered
    const quick = { reconnectTimeWait: 20, reconnectJitter: 0, maxReconnectAttempts: -1 };
    const peer = await connect({ noAsyncTraces: true, ...quick, ...this.addressed(options) });
    this.own(() => peer.close());
    return peer;
  }

  /** Connects a bare socket, for what no client library would send. */
  async raw(): Promise<RawNats> {
    const raw = await RawNats.connect(this.server.port);
    this.own(() => raw.close());
    return raw;
  }

  /** Runs `close` at the next {@link clear}. */
  own(close: () => unknown): void {
    this.closers.push(close);
  }

  /** Closes what the test has opened, the last first. */
  async clear(): Promise<void> {
    for (const close of this.closers.splice(0).toReversed()) await close();
  }

  async stop(): Promise<void> {
    await this.clear();
    await this.running?.stop();
  }

  private addressed<T extends object>(options: T): T {
    return 'connection' in options || 'servers' in options
      ? options
      : { servers: this.server.url, ...options };
  }
}
