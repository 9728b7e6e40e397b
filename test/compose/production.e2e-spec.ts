// An image has the production dependencies and nothing else, so an app that imports one of the others starts in every
// test and in no image.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { repository } from '../package/packed-library.js';
import { waitFor } from '../support/wait-for.js';
import { type ImageTree, imageApps, makeImageTree } from './image-tree.js';

/** Shows things, and starts servers for that: nobody runs it in a container. */
const NO_IMAGE = ['demo'];

it('the Dockerfile names every app', () => {
  const apps = readdirSync(join(repository, 'apps')).filter((app) => !NO_IMAGE.includes(app));
  expect(imageApps.toSorted()).toEqual(apps.toSorted());
});

describe('with production dependencies alone', () => {
  let tree: ImageTree;

  beforeAll(async () => {
    tree = await makeImageTree();
  }, 150_000);

  afterAll(() => tree?.remove());

  it.each(imageApps)('the %s starts as far as looking for NATS', async (app) => {
    let output = '';
    const child = spawn(process.execPath, [tree.main(app)], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        NO_COLOR: '1',
        PORT: '0',
        SAVER_PORT: '0',
        DATABASE_FILE: tree.file(`${app}.sqlite`),
        SAVER_DATABASE_FILE: tree.file(`${app}.sqlite`),
        // have no defaults in production
        AGENT_APPS: 'app:key',
        FLASH_SALE_TICKET_SECRET: 'a secret of this test',
        NATS_SERVERS: 'nats://127.0.0.1:1',
        // is loaded when it is wanted
        OTEL_TRACES_EXPORTER: 'console',
      },
    });
    const ended = once(child, 'close');
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    }
    try {
      const said = () => output.includes('NATS at 127.0.0.1:1') || child.exitCode !== null;
      await waitFor(said, {
        timeoutMs: 20_000,
        what: () => `the ${app} to look for NATS; it wrote:\n${output}`,
      });
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    expect(output).toContain('Cannot connect to NATS at 127.0.0.1:1: connection refused');
  });
});
