import {
  JSONCodec,
  type JetStreamManager,
  type NatsConnection,
  RequestStrategy,
  connect,
} from 'nats';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { AppProcess } from './app-process.js';
import { Cleanup } from './cleanup.js';
import { type TempDir, tempDir } from './temp-dir.js';

/** What the gateway answered. */
export interface SaleAnswer {
  status: number;
  headers: Headers;
  /** The body: JSON as an object, anything else as text under `text`. */
  body: Record<string, unknown>;
}

/** How a sale goes, as the workers say. */
export interface ItemState {
  stock: number;
  left: number;
  orders: number;
  decided: Record<'won' | 'sold-out' | 'already-bought', number>;
}

const json = JSONCodec();

/** Gateways and workers of a sale, each a process of its own, on one NATS server. */
export class SaleStage {
  server: NatsTestServer;
  nats: NatsConnection;
  jsm: JetStreamManager;
  private readonly cleanup = new Cleanup();
  private dir: TempDir;
  private env: NodeJS.ProcessEnv;

  /** Starts a NATS server. @param database makes a PostgreSQL database; without it, a file */
  async start(
    env: NodeJS.ProcessEnv = {},
    database?: () => Promise<{ url: string; stop(): Promise<void> }>,
  ): Promise<void> {
    this.dir = this.cleanup.add(await tempDir(), (made) => made.remove());
    const postgres = await database?.();
    if (postgres) this.cleanup.add(postgres, (made) => made.stop());
    this.server = this.cleanup.add(await startNatsServer(), (server) => server.stop());
    const connection = await connect({ servers: this.server.url, reconnectTimeWait: 50 });
    this.nats = this.cleanup.add(connection, (made) => made.close());
    this.jsm = await this.nats.jetstreamManager();
    this.env = {
      ...env,
      PORT: '0',
      NATS_SERVERS: this.server.url,
      DATABASE_URL: postgres?.url ?? '',
      DATABASE_FILE: this.dir.file('sale.sqlite'),
    };
  }

  /** Starts a process with some roles. */
  app(roles: string, env: NodeJS.ProcessEnv = {}): AppProcess {
    const app = new AppProcess('flash-sale', { ...this.env, FLASH_SALE_ROLES: roles, ...env });
    return this.cleanup.add(app, (started) => started.stop());
  }

  /** Asks for something, as a program or as a browser. Redirects are answers like others. */
  async fetch(url: string, init: RequestInit = {}): Promise<SaleAnswer> {
    const response = await fetch(url, { redirect: 'manual', ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : { text };
    return { status: response.status, headers: response.headers, body };
  }

  /** Buys, as a program does. */
  buy(gateway: string, user: unknown, item = 'mug'): Promise<SaleAnswer> {
    return this.fetch(`${gateway}/flash-sale/v1/items/${item}/buy`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user }),
    });
  }

  /** Buys, as a form in a browser does. */
  submit(gateway: string, user: string, item = 'mug'): Promise<SaleAnswer> {
    return this.fetch(`${gateway}/flash-sale/v1/items/${item}/buy`, {
      method: 'POST',
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
      body: new URLSearchParams({ user }),
    });
  }

  /** Asks the workers how the sale of an item goes. */
  async state(item = 'mug'): Promise<ItemState> {
    const question = json.encode({ item });
    const reply = await this.nats.request('flash-sale.items.find', question, { timeout: 5000 });
    return json.decode(reply.data) as ItemState;
  }

  /** Asks all workers what they have done. */
  async workers(max: number): Promise<{ name: string; handled: number; peak: number }[]> {
    const options = { strategy: RequestStrategy.Count, maxMessages: max, maxWait: 5000 };
    const replies = await this.nats.requestMany('flash-sale.workers.find', '{}', options);
    const answers: { name: string; handled: number; peak: number }[] = [];
    for await (const reply of replies) answers.push(reply.json());
    return answers;
  }

  /** How many purchases are not decided. */
  async waiting(): Promise<number> {
    return (await this.jsm.streams.info('FLASH_SALE')).state.messages;
  }

  /** Ends everything. */
  remove(): Promise<void> {
    return this.cleanup.run();
  }
}
