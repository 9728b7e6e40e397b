import { JSONCodec, type NatsConnection, connect } from 'nats';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { AppProcess } from './app-process.js';
import { Cleanup } from './cleanup.js';
import { tempDir } from './temp-dir.js';
import { waitFor } from './wait-for.js';

/** An order as the shop shows it. */
export interface OrderView {
  id: string;
  mode: string;
  steps: Record<string, 'pending' | 'done'>;
}

/** What the shop answered to an order. */
export interface Placed {
  status: number;
  location: string | null;
  body: {
    order: OrderView;
    elapsedMs: number;
    partsMs: Record<string, number>;
    message: string | string[];
  };
}

/** A row of the workers. */
export interface StepRow {
  orderId: string;
  step: string;
  outcome: string | null;
  doneBy: string;
}

/** A valid order; a test changes what it is about. */
export const ORDER = { customer: 'ada', sku: 'mug', quantity: 2, priceCents: 1250 };

const json = JSONCodec();

/** A shop and its workers, each a process of its own, on one NATS server. */
export class ShopStage {
  server: NatsTestServer;
  nats: NatsConnection;
  shop: AppProcess;
  /** Where the shop listens. */
  url: string;
  private readonly cleanup = new Cleanup();
  private readonly env: NodeJS.ProcessEnv = { PORT: '0' };
  private workerEnv: NodeJS.ProcessEnv;

  /** Starts a shop, without workers. @param database makes a PostgreSQL database; without it, files */
  async start(
    env: NodeJS.ProcessEnv = {},
    database?: () => Promise<{ url: string; stop(): Promise<void> }>,
  ): Promise<void> {
    const dir = this.cleanup.add(await tempDir(), (made) => made.remove());
    const postgres = await database?.();
    if (postgres) this.cleanup.add(postgres, (made) => made.stop());
    const DATABASE_URL = postgres?.url ?? '';
    this.server = this.cleanup.add(await startNatsServer(), (server) => server.stop());
    this.nats = this.cleanup.add(
      await connect({ servers: this.server.url, reconnectTimeWait: 50 }),
      (made) => made.close(),
    );
    Object.assign(this.env, env, { DATABASE_URL, NATS_SERVERS: this.server.url });
    const shopEnv = { ...this.env, DATABASE_FILE: dir.file('new/shop.sqlite') };
    this.workerEnv = { ...this.env, DATABASE_FILE: dir.file('worker.sqlite') };
    this.shop = this.own(new AppProcess('shop', shopEnv));
    this.url = await this.shop.url();
  }

  /** Starts a worker, and waits until it listens. */
  async worker(steps: string, name = steps.replaceAll(',', '-')): Promise<AppProcess> {
    const env = { ...this.workerEnv, SHOP_WORKER: steps, SHOP_WORKER_NAME: name };
    const worker = this.own(new AppProcess('shop-worker', env));
    await worker.url();
    return worker;
  }

  /** Places an order. @param headers besides the type of its content */
  async place(
    mode: string,
    body: unknown = ORDER,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Placed> {
    const response = await fetch(`${this.url}/shop/v1/orders?mode=${mode}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return {
      status: response.status,
      location: response.headers.get('location'),
      body: (await response.json()) as Placed['body'],
    };
  }

  /** Looks at an order. */
  async show(id: string): Promise<OrderView & { status: number }> {
    const response = await fetch(`${this.url}/shop/v1/orders/${id}`);
    return { ...((await response.json()) as OrderView), status: response.status };
  }

  /** Waits until all steps of an order are done. */
  async done(id: string): Promise<void> {
    let last: OrderView | undefined;
    await waitFor(
      async () => Object.values((last = await this.show(id)).steps).every((s) => s === 'done'),
      { what: () => `the steps of ${id}: ${JSON.stringify(last)}` },
    );
  }

  /** Asks a worker for the rows of some orders. */
  async rows(...orderIds: string[]): Promise<StepRow[]> {
    const request = json.encode({ orderIds });
    const reply = await this.nats.request('shop.steps.find', request, { timeout: 5000 });
    return json.decode(reply.data) as StepRow[];
  }

  /** Publishes an event as somebody else. */
  publish(subject: string, payload: unknown): Promise<unknown> {
    return this.nats.jetstream().publish(subject, json.encode(payload));
  }

  /** Waits until the test's own connection is back, after the server was away. */
  reconnected(): Promise<void> {
    const answers = () =>
      this.nats.rtt().then(
        () => true,
        () => false,
      );
    return waitFor(answers, { what: 'the connection of the test' });
  }

  /** Tells how many messages a durable of the orders' stream has not finished. */
  async waiting(durable: string): Promise<number> {
    const jsm = await this.nats.jetstreamManager();
    const info = await jsm.consumers.info('SHOP_ORDERS', durable);
    return info.num_pending + info.num_ack_pending;
  }

  /** Ends everything. */
  remove(): Promise<void> {
    return this.cleanup.run();
  }

  private own(app: AppProcess): AppProcess {
    return this.cleanup.add(app, (started) => started.stop());
  }
}
