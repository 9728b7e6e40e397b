import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, DiscardPolicy, RetentionPolicy } from 'nats';
import { startNatsServer } from 'nestjs-nats/testing';
import { type AppName, AppProcess } from '../support/app-process.js';
import { Cleanup } from '../support/cleanup.js';
import { tempDir } from '../support/temp-dir.js';

const STACK_LINE = /^\s+at .+:\d+:\d+/m;
const VALID_SAVER = { SAVER_PORT: '0', SAVER_DATABASE_FILE: '{dir}/saver.sqlite' };

interface Case {
  readonly title: string;
  readonly app: AppName;
  /** `{nats}` is a server, `{core}` one without JetStream, `{sale}` one with a sale, `{taken}` a port that somebody listens on, `{dir}` a folder. */
  readonly env: Record<string, string>;
  readonly says: (string | RegExp)[];
}

const CASES: Case[] = [
  {
    title: 'names every fault of the agent',
    app: 'agent',
    env: {
      PORT: '70000',
      NATS_SERVERS: 'nats://user:secret-1@127.0.0.1:4222,http://127.0.0.1,,nats://',
      NATS_CODEC: 'cobol',
      AGENT_APPS: 'app-1:secret-2,secret-3',
      AGENT_BODY_LIMIT_BYTES: '12kB',
      AGENT_PUBLISH_TIMEOUT_MS: '-1',
    },
    says: [
      'The agent cannot start: 6 faults',
      /PORT = "70000" .*from 0/,
      /NATS_SERVERS \(value hidden\).*entry 2.*http.*entry 3.*empty.*entry 4/,
      /NATS_CODEC = "cobol" .*no codec.*expected json/,
      /AGENT_APPS \(value hidden\).*entry 2/,
      /AGENT_BODY_LIMIT_BYTES = "12kB" .*expected/,
      /AGENT_PUBLISH_TIMEOUT_MS = "-1" .*expected/,
    ],
  },
  {
    title: 'names every fault of the saver',
    app: 'saver',
    env: {
      SAVER_NAME: 'a b',
      SAVER_PORT: 'x',
      NATS_CODEC: 'proto',
      DATABASE_URL: 'mysql://user:secret-1@127.0.0.1/db',
    },
    says: [
      'The saver cannot start: 4 faults',
      /SAVER_NAME = "a b" .*expected/,
      /SAVER_PORT = "x" .*expected/,
      /NATS_CODEC = "proto" .*expected json/,
      /DATABASE_URL \(value hidden\).*expected postgres:/,
    ],
  },
  {
    title: 'names every fault of the shop',
    app: 'shop',
    env: {
      PORT: 'x',
      SHOP_STEP_MS: '-1',
      SHOP_STEP_TIMEOUT_MS: '10',
      DATABASE_URL: 'mysql://user:secret-1@127.0.0.1/db',
    },
    says: [
      'The shop cannot start: 4 faults',
      /PORT = "x" .*expected/,
      /SHOP_STEP_MS = "-1" .*expected/,
      /SHOP_STEP_TIMEOUT_MS = "10" .*out of range.*from 50/,
      /DATABASE_URL \(value hidden\).*expected postgres:/,
    ],
  },
  {
    title: 'names the steps a worker can do',
    app: 'shop-worker',
    env: { SHOP_WORKER: 'points,paint', SHOP_WORKER_NAME: '' },
    says: ['The shop worker cannot start: 1 fault', /"paint", which is no step; expected .*coupon/],
  },
  {
    title: 'says that a worker has no NATS',
    app: 'shop-worker',
    env: { PORT: '0', DATABASE_FILE: '{dir}/worker.sqlite', NATS_SERVERS: '127.0.0.1:1' },
    says: [/The shop worker cannot start: .*NATS.*127\.0\.0\.1:1/],
  },
  {
    title: 'says that the port of the shop is taken',
    app: 'shop',
    env: { DATABASE_FILE: '{dir}/shop.sqlite', NATS_SERVERS: '{nats}', PORT: '{taken}' },
    says: [/The shop cannot start: port \d+ on 127\.0\.0\.1 is taken.*set PORT/],
  },
  {
    title: 'names every fault of the flash sale',
    app: 'flash-sale',
    env: {
      NODE_ENV: 'production',
      FLASH_SALE_ROLES: 'cashier',
      FLASH_SALE_ITEMS: 'mug',
      FLASH_SALE_CONCURRENCY: '0',
    },
    says: [
      'The flash sale cannot start: 4 faults',
      /FLASH_SALE_ROLES = "cashier" .*no role; expected .*gateway, worker/,
      /FLASH_SALE_ITEMS = "mug" .*entry 1.*expected .*mug:10/,
      /FLASH_SALE_CONCURRENCY = "0" .*out of range/,
      /FLASH_SALE_TICKET_SECRET is not set; expected/,
    ],
  },
  {
    title: 'says that a queue is there with another maximum',
    app: 'flash-sale',
    env: {
      FLASH_SALE_MAX_WAITING: '7',
      PORT: '0',
      DATABASE_FILE: '{dir}/sale.sqlite',
      NATS_SERVERS: '{sale}',
    },
    says: [/The flash sale cannot start: .*FLASH_SALE.*max_msgs/s],
  },
  {
    title: 'names every fault of the dashboard',
    app: 'dashboard',
    env: { PORT: 'x', AGENT_URL: 'agent', AGENT_APP: 'secret-1', NATS_SERVERS: ',' },
    says: [
      'The dashboard cannot start: 4 faults',
      /PORT = "x" .*expected/,
      /NATS_SERVERS \(value hidden\).*entry 1/,
      /AGENT_URL = "agent" .*expected/,
      /AGENT_APP \(value hidden\).*expected/,
    ],
  },
  {
    title: 'names every fault of the chat',
    app: 'chat',
    env: { PORT: 'x', CHAT_NAME: 'a b', NATS_CODEC: 'raw', NATS_SERVERS: 'nats://u:secret-1@' },
    says: [
      'The chat cannot start: 4 faults',
      /CHAT_NAME = "a b" .*expected/,
      /NATS_CODEC = "raw" .*no codec.*expected json or proto/,
      /NATS_SERVERS/,
    ],
  },
  {
    title: 'says that the port of the dashboard is taken',
    app: 'dashboard',
    env: { NATS_SERVERS: '{nats}', PORT: '{taken}' },
    says: [/The dashboard cannot start: port \d+ on 127\.0\.0\.1 is taken.*set PORT/],
  },
  {
    title: 'has no default key in production',
    app: 'agent',
    env: { NODE_ENV: 'production', PORT: '0' },
    says: ['1 fault', /AGENT_APPS is not set; expected/],
  },
  {
    title: 'says that the port of the agent is taken',
    app: 'agent',
    env: { NATS_SERVERS: '{nats}', PORT: '{taken}' },
    says: [/port \d+ on 127\.0\.0\.1 is taken.*set PORT/],
  },
  {
    title: 'says that the port of the saver is taken',
    app: 'saver',
    env: { ...VALID_SAVER, NATS_SERVERS: '{nats}', SAVER_PORT: '{taken}' },
    says: [/port \d+ on 127\.0\.0\.1 is taken.*set SAVER_PORT/],
  },
  {
    title: 'says that an address is not one of this machine',
    app: 'agent',
    env: { NATS_SERVERS: '{nats}', HOST: '192.0.2.1', PORT: '0' },
    says: [/cannot listen on .*192\.0\.2\.1.*Check HOST/],
  },
  {
    title: 'says that the saver has no NATS',
    app: 'saver',
    env: { ...VALID_SAVER, NATS_SERVERS: '127.0.0.1:1' },
    says: [/The saver cannot start: .*NATS.*127\.0\.0\.1:1/],
  },
  {
    title: 'says that the server has no JetStream',
    app: 'saver',
    env: { ...VALID_SAVER, NATS_SERVERS: '{core}' },
    says: [/The saver cannot start: .*JetStream/],
  },
  {
    title: 'says that a file is no database',
    app: 'saver',
    env: { ...VALID_SAVER, NATS_SERVERS: '{nats}', SAVER_DATABASE_FILE: '{dir}/text.sqlite' },
    says: [/cannot use the SQLite file .*text\.sqlite.*Check SAVER_DATABASE_FILE/],
  },
  {
    title: 'says that the folder of a file cannot be made',
    app: 'saver',
    env: {
      ...VALID_SAVER,
      NATS_SERVERS: '{nats}',
      SAVER_DATABASE_FILE: '{dir}/text.sqlite/a.sqlite',
    },
    says: [/cannot use the SQLite file .*Check SAVER_DATABASE_FILE/],
  },
];

describe('U3: an app that cannot start', () => {
  const cleanup = new Cleanup();
  const apps = new Map<Case, AppProcess>();

  beforeAll(async () => {
    const dir = cleanup.add(await tempDir(), (made) => made.remove());
    await writeFile(
      dir.file('text.sqlite'),
      'no database, but a text of more than a few bytes '.repeat(9),
    );
    const [nats, core] = await Promise.all(
      [true, false].map(async (jetstream) =>
        cleanup.add(await startNatsServer({ jetstream }), (server) => server.stop()),
      ),
    );
    const occupant = createServer().listen(0, '127.0.0.1');
    cleanup.add(occupant, (server) => promisify(server.close.bind(server))());
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    const sale = cleanup.add(await startNatsServer(), (server) => server.stop());
    const foreign = await connect({ servers: sale.url });
    const jsm = await foreign.jetstreamManager();
    await jsm.streams.add({
      name: 'FLASH_SALE',
      subjects: ['flash-sale.purchases.*'],
      retention: RetentionPolicy.Workqueue,
      discard: DiscardPolicy.New,
      max_msgs: 1000,
    });
    await foreign.close();
    const fill = (value: string) =>
      value
        .replace('{sale}', sale.url)
        .replace('{nats}', nats!.url)
        .replace('{core}', core!.url)
        .replace('{taken}', `${port}`)
        .replace('{dir}', dir.file('.'));
    // all at once: most of the time goes into starting processes
    for (const entry of CASES) {
      const env = Object.entries(entry.env).map(([name, value]) => [name, fill(value)]);
      const app = new AppProcess(entry.app, Object.fromEntries(env) as NodeJS.ProcessEnv);
      apps.set(
        entry,
        cleanup.add(app, (started) => started.stop()),
      );
    }
  });

  afterAll(() => cleanup.run());

  it.each(CASES.map((entry) => [entry.title, entry] as const))(
    '%s: ends with 1, tells no secret and shows no stack',
    async (_, entry) => {
      const app = apps.get(entry)!;
      expect(await app.exit()).toBe(1);
      for (const text of entry.says) {
        expect(app.output).toMatch(text);
      }
      expect(app.output).not.toContain('secret');
      expect(app.output).not.toMatch(STACK_LINE);
    },
  );
});
