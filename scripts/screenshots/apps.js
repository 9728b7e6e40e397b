import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The apps of a scene, as processes of their own. */
export class Apps {
  #children = [];

  constructor(natsUrl, folder) {
    this.env = {
      PATH: process.env.PATH,
      NO_COLOR: '1',
      NATS_SERVERS: natsUrl,
      PORT: '0',
      SAVER_PORT: '0',
      SAVER_DATABASE_FILE: join(folder, 'saver.sqlite'),
      DATABASE_FILE: join(folder, 'app.sqlite'),
    };
  }

  /** Starts an app, and resolves to the address it listens on. */
  async start(app, env = {}) {
    const main = new URL(`../../dist/apps/${app}/main.js`, import.meta.url).pathname;
    const child = spawn(process.execPath, [main], { env: { ...this.env, ...env } });
    this.#children.push(child);
    let output = '';
    child.stderr.on('data', (chunk) => (output += chunk));
    return new Promise((resolve, reject) => {
      child.once('close', () => reject(new Error(`${app} ended:\n${output}`)));
      child.stdout.on('data', (chunk) => {
        output += chunk;
        const url = /listening on (http:\S+)/i.exec(output)?.[1];
        if (url) resolve(url);
      });
    });
  }

  async stop() {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null) return;
        child.kill();
        await once(child, 'close');
      }),
    );
  }
}
