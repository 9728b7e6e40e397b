import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NatsDiscovery } from 'nestjs-nats';
import { startNatsServer } from 'nestjs-nats/testing';
import { AppProcess } from '../support/app-process.js';
import { Cleanup } from '../support/cleanup.js';
import { tempDir } from '../support/temp-dir.js';
import { waitFor } from '../support/wait-for.js';

describe('the services of the apps', () => {
  const cleanup = new Cleanup();
  let discovery: NatsDiscovery;
  let saver: AppProcess;

  beforeAll(async () => {
    const server = cleanup.add(await startNatsServer(), (started) => started.stop());
    const folder = cleanup.add(await tempDir(), (made) => made.remove());
    const start = (app: 'saver' | 'shop-worker', own: NodeJS.ProcessEnv): AppProcess =>
      cleanup.add(new AppProcess(app, { NATS_SERVERS: server.url, ...own }), (it) => it.stop());
    const file = { SAVER_PORT: '0', SAVER_DATABASE_FILE: folder.file('saver.sqlite') };
    saver = start('saver', { ...file, SAVER_NAME: 'saver-a' });
    const second = start('saver', { ...file, SAVER_NAME: 'saver-b' });
    const shop = { PORT: '0', DATABASE_FILE: folder.file('worker.sqlite') };
    const worker = start('shop-worker', { ...shop, SHOP_WORKER_NAME: 'w', SHOP_WORKER: 'points' });
    await Promise.all([saver, second, worker].map((app) => app.url()));
    discovery = cleanup.add(new NatsDiscovery({ servers: server.url }), (made) => made.close());
  });

  afterAll(() => cleanup.run());

  const replicas = async (): Promise<string> => {
    const { services } = await discovery.ping('saver');
    return services
      .map(({ metadata }) => `${metadata['replica']}`)
      .toSorted((a, b) => (a < b ? -1 : 1))
      .join();
  };

  it('are listed, each replica with its name', async () => {
    const { services, invalid } = await discovery.list();
    expect(invalid).toBe(0);
    expect(services).toEqual([
      expect.objectContaining({ name: 'saver', versions: ['0.1.0'] }),
      expect.objectContaining({ name: 'shop-worker', versions: ['0.1.0'] }),
    ]);
    expect(await replicas()).toBe('saver-a,saver-b');
    const { services: workers } = await discovery.ping('shop-worker');
    expect(workers.map(({ metadata }) => metadata)).toEqual([{ worker: 'w', steps: 'points' }]);
  });

  it('say what they answer', async () => {
    const { services } = await discovery.info('shop-worker');
    const subjects = services[0]!.endpoints.map(({ subject }) => subject);
    expect(subjects.toSorted()).toEqual(['shop.steps.find', 'shop.steps.points']);
  });

  it('are gone with their process', async () => {
    await saver.stop();
    await waitFor(async () => (await replicas()) === 'saver-b', { what: 'one replica' });
  });
});
