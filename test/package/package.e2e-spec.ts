// The library as a stranger gets it: packed, unpacked next to Nest 11 or 12, compiled against, and run.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { BareProject } from './bare-project.js';
import { Consumer } from './consumer.js';
import { packLibrary, type PackedLibrary, repository } from './packed-library.js';
import { runCommand } from './run-command.js';

const SLOW_MS = 120_000;
const attw = createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json');

/** What arethetypeswrong prints, as far as it is read here. */
interface TypesReport {
  readonly problems: Readonly<Record<string, unknown>>;
  readonly analysis: {
    readonly packageName: string;
    readonly entrypoints: Readonly<Record<string, { readonly resolutions: object }>>;
  };
}

// undefined when the set-up failed: TypeScript does not know, the clean-up must
let library: PackedLibrary;
let server: NatsTestServer;

beforeAll(async () => {
  library = await packLibrary();
  server = await startNatsServer();
}, SLOW_MS);

afterAll(async () => {
  await server?.stop();
  await library?.remove();
});

describe('the tarball', () => {
  it('holds what package.json promises, the licence and the readme', () => {
    for (const name of ['package.json', 'LICENSE', 'README.md', 'CHANGELOG.md']) {
      expect(library.files).toContain(`package/${name}`);
    }
  });

  it('holds nothing but source, what was built from it, and documents', () => {
    const code = /^package\/(src\/.*\.ts|dist\/(esm|cjs)\/.*\.(js|d\.ts)(\.map)?)$/;
    const documents = /^package\/(package\.json|LICENSE|README\.md|CHANGELOG\.md)$/;
    const others = library.files.filter((file) => !code.test(file) && !documents.test(file));
    expect(others).toEqual(['package/dist/cjs/package.json']);
  });

  it('holds no tests', () => {
    expect(library.files.filter((file) => /\bspec\b|__tests__/.test(file))).toEqual([]);
  });

  it('is clean by publint, warnings included', async () => {
    const { buffer, byteOffset, byteLength } = await readFile(library.tarball);
    const { messages, pkg } = await publint({
      strict: true,
      pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) },
    });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it(
    'has types that are right for every way to resolve modules',
    async () => {
      const cli = join(attw, '../dist/index.js');
      const args = [cli, library.tarball, '--profile', 'strict', '--format', 'json'];
      const report = JSON.parse(
        await runCommand(process.execPath, args, { cwd: repository }),
      ) as TypesReport;
      expect(report.problems).toEqual({});
      for (const { resolutions } of Object.values(report.analysis.entrypoints)) {
        expect(Object.keys(resolutions)).toEqual(['node10', 'node16-cjs', 'node16-esm', 'bundler']);
      }
      const analysed = Object.keys(report.analysis.entrypoints).map((entry) =>
        join(report.analysis.packageName, entry),
      );
      expect(analysed).toEqual(expect.arrayContaining([...library.entryPoints]));
    },
    SLOW_MS,
  );
});

describe('a project without the optional peers', () => {
  let project: BareProject;

  beforeAll(async () => {
    project = await BareProject.create(library.tarball);
  });

  afterAll(() => project?.remove());

  it('imports the library, and publishes, asks and answers', async () => {
    const script = `
      import 'reflect-metadata';
      import { Logger } from '@nestjs/common';
      import { NatsClient, NatsSharedConnection, NatsStrategy } from 'nestjs-nats';
      Logger.overrideLogger(false);
      const connection = new NatsSharedConnection({ servers: process.env.NATS_SERVERS });
      const strategy = new NatsStrategy({ connection });
      await strategy.registerSubscriber('sum', ([a, b]) => a + b, { respond: true });
      await new Promise((resolve, reject) => {
        strategy.listen((error) => (error ? reject(error) : resolve()));
      });
      const client = new NatsClient({ connection });
      console.log(JSON.stringify(await client.request('sum', [3, 4])));
      await Promise.all([client.close(), strategy.close()]);`;
    expect(await project.evaluate(script, { NATS_SERVERS: server.url })).toBe(7);
  });

  it.each([
    ['nestjs-nats/otel', '@opentelemetry/api'],
    ['nestjs-nats/protobuf', '@bufbuild/protobuf'],
    ['nestjs-nats/terminus', '@nestjs/terminus'],
  ])('is told by %s what to install', async (entry, peer) => {
    const script = `
      const failure = await import('${entry}').then(() => 'imported', ({ message }) => message);
      console.log(JSON.stringify(failure));`;
    expect(await project.evaluate(script)).toContain(`'${peer}'`);
  });
});

describe.each([
  { name: 'nest11-cjs', nest: '11' },
  { name: 'nest12-esm', nest: '12' },
])('an app of $name', ({ name, nest }) => {
  let consumer: Consumer;

  beforeAll(async () => {
    consumer = await Consumer.create(name, library.tarball);
  });

  afterAll(() => consumer.remove());

  it.each(['@nestjs/common', '@nestjs/core', '@nestjs/microservices'])(
    `shares its %s ${nest} with the library`,
    async (peer) => {
      const file = consumer.resolveFromLibrary(peer);
      const root = file.slice(0, file.lastIndexOf(`/${peer}/`) + peer.length + 2);
      const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
        version: string;
      };
      expect(manifest.version).toMatch(new RegExp(`^${nest}\\.`));
    },
  );

  it(
    'compiles, publishes, handles, requests, answers and ends',
    async () => {
      await consumer.compile();
      expect(JSON.parse(await consumer.run(server.url))).toEqual({
        event: [1, 2],
        reply: { sum: 7, subject: 'numbers.sum' },
        refused: ['NOT_FOUND', 'no 5'],
      });
    },
    SLOW_MS,
  );

  it('can require and import every entry point', async () => {
    for (const entry of library.entryPoints) {
      const [required, imported] = (await consumer.evaluate(`
        const names = (exports) => Object.keys(exports).filter((name) => name !== 'default').sort();
        return [names(require('${entry}')), names(await import('${entry}'))];
      `)) as [string[], string[]];
      expect(required.length).toBeGreaterThan(0);
      expect(imported).toEqual(required);
    }
  });

  it('knows errors and the transport id of one build in the other', async () => {
    const answers = await consumer.evaluate(`
      const required = require('nestjs-nats');
      const imported = await import('nestjs-nats');
      return {
        twoBuilds: required.NatsTransportError !== imported.NatsTransportError,
        error: imported.isNatsTransportError(new required.NatsTransportError('TIMEOUT', 'late')),
        errorBack: required.isNatsTransportError(new imported.NatsTransportError('TIMEOUT', 'late')),
        transportId: required.NATS_TRANSPORT === imported.NATS_TRANSPORT,
      };
    `);
    expect(answers).toEqual({ twoBuilds: true, error: true, errorBack: true, transportId: true });
  });
});
