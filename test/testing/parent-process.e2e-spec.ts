import { describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { findNatsServerBinary } from 'nestjs-nats/testing';
import { waitFor } from '../support/wait-for.js';

const ROOT = join(import.meta.dirname, '../..');

/** Runs a script in a process of its own, with the built library. */
async function run(script: string): Promise<{ parent: ChildProcess; output: Promise<string> }> {
  const binary = JSON.stringify((await findNatsServerBinary())?.path);
  const text = `import { startNatsServer } from 'nestjs-nats/testing';
    const server = await startNatsServer({ binary: ${binary} });
    console.log(JSON.stringify({ port: server.port, storeDir: server.storeDir }));
    ${script}`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { parent, output: once(parent.stdout, 'data').then(String) };
}

/** Asked by its port: an orphan that has ended keeps its process id until init takes note. */
async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    // refused: nobody listens
    return false;
  } finally {
    socket.destroy();
  }
}

describe('a server whose parent process', () => {
  it.each([
    ['exits without stopping it', 'process.exit(0);', undefined],
    ['fails', 'throw new Error();', undefined],
    ['is terminated', '', 'SIGTERM'],
    ['is killed', '', 'SIGKILL'],
  ] as const)('%s ends too, and leaves no folder', async (_, script, signal) => {
    const { parent, output } = await run(script);
    const { port, storeDir } = JSON.parse(await output) as { port: number; storeDir: string };
    if (signal) parent.kill(signal);
    await waitFor(async () => !(await answers(port)), { what: 'the server to end' });
    await waitFor(() => !existsSync(dirname(storeDir)), { what: 'its folder to go' });
    expect([await answers(port), existsSync(storeDir)]).toEqual([false, false]);
  });

  it('stops it does not keep the process from ending', async () => {
    const { parent, output } = await run('await server.stop();');
    await output;
    const [code] = (await once(parent, 'exit')) as [number | null];
    expect(code).toBe(0);
  });
});
