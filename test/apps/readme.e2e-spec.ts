import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startNatsServer } from 'nestjs-nats/testing';
import { AppProcess } from '../support/app-process.js';
import { Cleanup } from '../support/cleanup.js';
import { postReport } from '../support/report-client.js';
import { SaleStage } from '../support/sale-stage.js';
import { ShopStage } from '../support/shop-stage.js';

const APPS = join(import.meta.dirname, '../../apps');
const read = (path: string) => readFile(join(APPS, path), 'utf8');
const firstOfEach = (matches: Iterable<RegExpMatchArray>) =>
  new Set([...matches].map(([, first]) => first));

const CONFIGS: [app: string, config: string][] = [
  ['agent', 'config/agent.config.ts'],
  ['saver', 'config/saver.config.ts'],
  ['shop', 'config/shop.config.ts'],
  ['shop-worker', 'config/shop-worker.config.ts'],
  ['flash-sale', 'config/flash-sale.config.ts'],
  ['dashboard', 'config/dashboard.config.ts'],
  ['chat', 'config/chat.config.ts'],
];

it('all apps may run side by side by default: none has the port of another', async () => {
  const sources = await Promise.all(CONFIGS.map(([app, path]) => read(`${app}/src/${path}`)));
  const ports = sources.map((source) => / (?:SAVER_)?PORT: port\((\d+)\)/.exec(source)?.[1]);
  expect(ports).not.toContain(undefined);
  expect(new Set(ports).size).toBe(CONFIGS.length);
});

describe('the README of', () => {
  const cleanup = new Cleanup();

  afterEach(() => cleanup.run());

  it.each(CONFIGS)('the %s lists its settings', async (app, config) => {
    const [readme, source] = await Promise.all([
      read(`${app}/README.md`),
      read(`${app}/src/${config}`),
    ]);
    const listed = firstOfEach(readme.matchAll(/^\| `([A-Z_]+)` /gm));
    expect(listed).toEqual(firstOfEach(source.matchAll(/^ {2}([A-Z_]+): /gm)));
  });

  it('the shop has a command that works', async () => {
    const readme = await read('shop/README.md');
    const [, body] = / -d '(.*)'$/m.exec(readme)!;
    const stage = new ShopStage();
    cleanup.add(stage, (started) => started.remove());
    await stage.start();
    const { status, body: answer } = await stage.place('async', body);
    expect(status).toBe(201);
    const { mode, steps } = answer.order;
    const printed = JSON.parse(/^\{"order":[^`]*/m.exec(readme)![0]) as typeof answer;
    expect(printed.order).toMatchObject({ mode, steps, totalCents: 2500 });
    expect(Object.keys(printed)).toEqual(Object.keys(answer));
  });

  it('the flash sale has a command and an address that work', async () => {
    const readme = await read('flash-sale/README.md');
    const [, body = ''] = / -d '(.*)'$/m.exec(readme)!;
    const stage = new SaleStage();
    cleanup.add(stage, (started) => started.remove());
    await stage.start();
    const url = await stage.app('gateway,worker').url();
    const { user } = JSON.parse(body) as { user: string };
    const answer = await stage.buy(url, user);
    expect(answer.status).toBe(202);
    const printed = JSON.parse(/^\{"ticket":.*/m.exec(readme)![0]) as Record<string, unknown>;
    expect(Object.keys(printed)).toEqual(Object.keys(answer.body));
    const [, path = ''] = /<http:\/\/127\.0\.0\.1:3020(\S+)>/.exec(readme)!;
    const page = await stage.fetch(`${url}${path}`, { headers: { accept: 'text/html' } });
    expect(page.body['text']).toContain('Get one');
  });

  it('the saver lists its queries', async () => {
    const [readme, ...sources] = await Promise.all([
      read('saver/README.md'),
      read('saver/src/query/query.controller.ts'),
      read('saver/src/query/replica.controller.ts'),
    ]);
    const listed = firstOfEach(readme.matchAll(/^\| `(report\.query\.\w+)` /gm));
    const answered = sources.join('').matchAll(/@(?:MessagePattern|Respond)\('([\w.]+)'/g);
    expect(listed).toEqual(firstOfEach(answered));
  });

  it('the agent has a command that works', async () => {
    const readme = await read('agent/README.md');
    const body = / -d '(.*)'$/m.exec(readme)![1]!;
    const server = cleanup.add(await startNatsServer(), (started) => started.stop());
    const agent = cleanup.add(
      new AppProcess('agent', { PORT: '0', NATS_SERVERS: server.url }),
      (started) => started.stop(),
    );
    const answer = await postReport(await agent.url(), body);
    expect(answer.status).toBe(200);
    expect(readme).toContain(JSON.stringify(answer.body));
  });
});
