import {
  type JetStreamManager,
  JSONCodec,
  type NatsConnection,
  RequestStrategy,
  connect,
} from 'nats';
import { startNatsServer } from 'nestjs-nats/testing';
import { AppProcess } from './app-process.js';
import { Cleanup } from './cleanup.js';
import { waitFor } from './wait-for.js';

/** The tables, and the field of {@link Stats} that counts their rows. */
const COUNTED_AS = {
  realtime_warehousing: 'realtimeWarehousing',
  acceptance_status: 'acceptanceStatus',
} as const;

/** What `report.query.stats` answers. */
export interface Stats {
  replica: string;
  received: number;
  waiting: number;
  deadLetters: number;
  total: number;
  realtimeWarehousing: number;
  acceptanceStatus: number;
  failed: number;
  byReplica: Record<string, number>;
}

/** A row as `report.query.latest` and `report.query.find` give it. */
export type Row = Record<string, unknown>;

/** A database for savers: what they need to know of it, and how to remove it. */
export interface FleetDatabase {
  env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

const json = JSONCodec();

/** Savers on one database and one NATS server, and a plain NATS client as their partner. */
export class SaverFleet {
  /** Those that run. */
  savers: AppProcess[] = [];
  /** What the streams and consumers are asked with. */
  jsm: JetStreamManager;
  private readonly cleanup = new Cleanup();
  private database: FleetDatabase;
  private url: string;
  private connection: NatsConnection;

  /** The partner's connection. */
  get nats(): NatsConnection {
    return this.connection;
  }

  /** Starts replicas at the same moment on an empty database. */
  async start(database: Promise<FleetDatabase>, replicas: readonly string[]): Promise<void> {
    this.database = this.cleanup.add(await database, (made) => made.remove());
    const server = await startNatsServer();
    this.url = this.cleanup.add(server, (started) => started.stop()).url;
    this.connection = this.cleanup.add(await connect({ servers: this.url }), (made) =>
      made.close(),
    );
    this.jsm = await this.nats.jetstreamManager();
    await Promise.all(replicas.map((replica) => this.add(replica)));
  }

  /** Starts one more replica, and waits until it listens. */
  async add(replica: string): Promise<void> {
    const env = {
      ...this.database.env,
      NATS_SERVERS: this.url,
      SAVER_NAME: replica,
      SAVER_PORT: '0',
    };
    const saver = this.cleanup.add(new AppProcess('saver', env), (started) => started.stop());
    this.savers.push(saver);
    await saver.url();
  }

  /** Ends every replica in order, and resolves to their exit codes. */
  async stopAll(): Promise<(number | NodeJS.Signals)[]> {
    const leaving = this.savers;
    this.savers = [];
    return Promise.all(leaving.map((saver) => saver.stop()));
  }

  /** Ends everything. */
  remove(): Promise<void> {
    return this.cleanup.run();
  }

  /** Publishes an event. */
  publishEvent(payload: unknown): void {
    this.nats.publish('logger.report.event', json.encode(payload));
  }

  /** Publishes a report about a user. */
  publishUser(payload: unknown): void {
    this.nats.publish('logger.report.user', json.encode(payload));
  }

  /** Asks a question, and resolves to the answer with the code of an error reply, if it is one. */
  async ask<T>(query: string, payload: unknown): Promise<{ answer: T; errorCode: string }> {
    const options = { timeout: 5000 };
    const reply = await this.nats.request(`report.query.${query}`, json.encode(payload), options);
    const errorCode = reply.headers?.get('Nats-Service-Error-Code') ?? '';
    return { answer: json.decode(reply.data) as T, errorCode };
  }

  /** Asks a question that every replica answers, and resolves to the answers of so many. */
  async askAll<T>(query: string, count: number): Promise<T[]> {
    const options = { maxWait: 5000, strategy: RequestStrategy.Count, maxMessages: count };
    const subject = `report.query.${query}`;
    const answers: T[] = [];
    for await (const reply of await this.nats.requestMany(subject, json.encode({}), options)) {
      answers.push(json.decode(reply.data) as T);
    }
    return answers;
  }

  /** Counts what is stored. */
  async stats(): Promise<Stats> {
    return (await this.ask<Stats>('stats', {})).answer;
  }

  /** Resolves to where these reports are. */
  async find(msgIds: readonly string[]): Promise<Row[]> {
    return (await this.ask<Row[]>('find', { msgIds })).answer;
  }

  /** How many messages a stream holds. */
  async held(stream: 'REPORTS' | 'DEAD_LETTERS'): Promise<number> {
    return (await this.jsm.streams.info(stream)).state.messages;
  }

  /** Resolves to the newest row of a table once it holds more rows than before `act`. */
  async newRow(table: keyof typeof COUNTED_AS, act: () => void): Promise<Row> {
    const count = async (): Promise<number> => (await this.stats())[COUNTED_AS[table]];
    const before = await count();
    act();
    await waitFor(async () => (await count()) > before, { what: `a row in ${table}` });
    const { answer } = await this.ask<Row[]>('latest', { table, limit: 1 });
    return answer[0]!;
  }
}
