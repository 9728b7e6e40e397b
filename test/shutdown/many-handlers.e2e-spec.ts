import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';

const ROOT = join(import.meta.dirname, '../..');

const SCRIPT = `
  import 'reflect-metadata';
  import { NatsStrategy } from 'nestjs-nats';
  const strategy = new NatsStrategy({ servers: process.env.NATS_SERVERS });
  for (let i = 0; i < 40; i++) await strategy.registerSubscriber('many.' + i, () => {});
  await new Promise((resolve, reject) => {
    void strategy.listen((error) => (error ? reject(error) : resolve()));
  });
  await strategy.close();`;

let server: NatsTestServer;
beforeAll(async () => (server = await startNatsServer({ jetstream: false })));
afterAll(() => server.stop());

it('a strategy with many handlers closes without a warning', async () => {
  const args = ['--input-type=module', '--eval', SCRIPT];
  const env = { PATH: process.env['PATH'], NATS_SERVERS: server.url };
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, env });
  expect(stderr).toBe('');
});
