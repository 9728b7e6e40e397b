import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { AppProcess } from '../support/app-process.js';
import { Cleanup } from '../support/cleanup.js';
import { type TempDir, tempDir } from '../support/temp-dir.js';

const STACK_LINE = /^\s+at .+:\d+:\d+/m;

describe('an app that cannot start', () => {
  const cleanup = new Cleanup();
  let dir: TempDir;
  let nats: NatsTestServer;
  let port: string;

  beforeAll(async () => {
    dir = cleanup.add(await tempDir(), (made) => made.remove());
    nats = cleanup.add(await startNatsServer({ jetstream: false }), (started) => started.stop());
    const occupied = cleanup.add(createServer().listen(0, '127.0.0.1'), (started) =>
      promisify(started.close.bind(started))(),
    );
    await once(occupied, 'listening');
    const address = occupied.address();
    port = typeof address === 'object' ? `${address?.port}` : '';
  });

  afterAll(() => cleanup.run());

  /** Resolves to what the app wrote before it ended, as it must, with 1 and without a stack. */
  const refusal = async (app: 'agent' | 'saver', env: NodeJS.ProcessEnv): Promise<string> => {
    const process = new AppProcess(app, { SAVER_DATABASE_FILE: dir.file('saver.sqlite'), ...env });
    expect(await process.exit()).toBe(1);
    expect(process.output).not.toMatch(STACK_LINE);
    return process.output;
  };

  it('names every fault of the agent at once, and no secret', async () => {
    const output = await refusal('agent', {
      PORT: '70000',
      NATS_SERVERS: 'nats://user:secret-1@127.0.0.1:4222,http://127.0.0.1,,nats://',
      NATS_CODEC: 'cobol',
      AGENT_APPS: 'app-1:secret-2,secret-3',
      AGENT_BODY_LIMIT_BYTES: '12kB',
      AGENT_PUBLISH_TIMEOUT_MS: '-1',
    });
    expect(output).toContain('The agent cannot start: 6 faults');
    expect(output).toMatch(/PORT = "70000" .*from 0/);
    expect(output).toMatch(/NATS_SERVERS \(value hidden\).*entry 2.*http.*entry 3.*empty.*entry 4/);
    expect(output).toMatch(/NATS_CODEC = "cobol" .*no codec.*expected json/);
    expect(output).toMatch(/AGENT_APPS \(value hidden\).*entry 2/);
    expect(output).toMatch(/AGENT_BODY_LIMIT_BYTES = "12kB" .*expected/);
    expect(output).toMatch(/AGENT_PUBLISH_TIMEOUT_MS = "-1" .*expected/);
    expect(output).not.toContain('secret');
  });

  it('names every fault of the saver at once, and no secret', async () => {
    const output = await refusal('saver', {
      SAVER_NAME: 'a b',
      SAVER_PORT: 'x',
      SAVER_QUEUE: 'a.b',
      NATS_CODEC: 'proto',
      DATABASE_URL: 'mysql://user:secret@127.0.0.1/db',
    });
    expect(output).toContain('The saver cannot start: 5 faults');
    for (const name of ['SAVER_NAME', 'SAVER_PORT', 'SAVER_QUEUE', 'NATS_CODEC', 'DATABASE_URL']) {
      expect(output).toMatch(new RegExp(`^ {2}${name} .*expected`, 'm'));
    }
    expect(output).not.toContain('secret');
  });

  it('has no default key in production', async () => {
    const output = await refusal('agent', { NODE_ENV: 'production', PORT: '0' });
    expect(output).toContain('1 fault');
    expect(output).toMatch(/AGENT_APPS is not set; expected/);
  });

  it.each([
    ['agent' as const, 'PORT'],
    ['saver' as const, 'SAVER_PORT'],
  ])('says that the port of the %s is taken', async (app, variable) => {
    const output = await refusal(app, { NATS_SERVERS: nats.url, [variable]: port });
    expect(output).toContain(`port ${port} on 127.0.0.1 is taken`);
    expect(output).toContain(`set ${variable}`);
  });

  it('says that an address cannot be listened on', async () => {
    const output = await refusal('agent', { NATS_SERVERS: nats.url, HOST: '192.0.2.1', PORT: '0' });
    expect(output).toMatch(/cannot listen on .*192\.0\.2\.1.*Check HOST/);
  });

  it('says that the saver has no NATS', async () => {
    const output = await refusal('saver', { NATS_SERVERS: '127.0.0.1:1', SAVER_PORT: '0' });
    expect(output).toMatch(/The saver cannot start: .*NATS.*127\.0\.0\.1/);
  });

  it('says that a file is no database', async () => {
    const file = dir.file('text.sqlite');
    await writeFile(
      file,
      'this is no database, it is a text that is long enough to be read as one',
    );
    const output = await refusal('saver', { NATS_SERVERS: nats.url, SAVER_DATABASE_FILE: file });
    expect(output).toMatch(/cannot use the SQLite file .*text\.sqlite.*Check SAVER_DATABASE_FILE/);
  });

  it('says that a folder cannot be made', async () => {
    const file = dir.file('saver.sqlite/not-a-folder/saver.sqlite');
    await writeFile(dir.file('saver.sqlite'), '');
    const output = await refusal('saver', { NATS_SERVERS: nats.url, SAVER_DATABASE_FILE: file });
    expect(output).toMatch(/cannot use the SQLite file .*Check SAVER_DATABASE_FILE/);
  });
});
