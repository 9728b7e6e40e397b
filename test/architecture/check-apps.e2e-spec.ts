import { describe, expect, it } from '@jest/globals';
import { checkApps } from './check-apps.js';
import { said } from './made-up.js';
import { parseFile } from './parse-imports.js';

const check = (path: string, specifier: string) =>
  said(
    checkApps([parseFile({ path, text: `import { x } from '${specifier}';` })], {
      libraryName: 'nestjs-nats',
      publicNames: ['nestjs-nats', 'nestjs-nats/testing'],
      testingName: 'nestjs-nats/testing',
      toolApps: ['demo'],
      kitName: 'app-kit',
      kitModules: ['app-kit/config/environment'],
    }),
  );

describe('checkApps', () => {
  it.each([
    ['apps/agent/src/main.ts', 'nestjs-nats'],
    ['apps/agent/src/report/a.ts', '../config.js'],
    ['apps/agent/src/a.spec.ts', 'nestjs-nats/testing'],
    ['apps/demo/src/main.ts', 'nestjs-nats/testing'],
    ['apps/agent/src/main.ts', 'nestjs-natsx/deep'],
    ['apps/agent/src/main.ts', 'app-kit/config/environment'],
    ['libs/app-kit/src/nats/a.ts', '../config/environment.js'],
    ['libs/app-kit/src/nats/a.ts', 'nestjs-nats'],
  ])('accepts in %s the import of %s', (path, specifier) => {
    expect(check(path, specifier)).toEqual([]);
  });

  it.each([
    ['apps/agent/src/main.ts', 'nestjs-nats/dist/esm/core/publisher.js', 'public names'],
    ['apps/agent/src/main.ts', '../../../libs/nestjs-nats/src/index.js', 'outside of apps/agent'],
    ['apps/agent/src/main.ts', '../../saver/src/report.js', 'outside of apps/agent'],
    ['apps/agent/src/main.ts', 'nestjs-nats/testing', 'for tests and for demo'],
    ['apps/agent/src/main.ts', 'app-kit', 'no file of app-kit'],
    ['apps/agent/src/main.ts', 'app-kit/config/environment.js', 'no file of app-kit'],
    ['apps/agent/src/main.ts', 'app-kit/dist/config/environment', 'no file of app-kit'],
    ['apps/agent/src/main.ts', '../../../libs/app-kit/src/a.js', 'outside of apps/agent'],
    ['libs/app-kit/src/nats/a.ts', '../../../../apps/agent/src/a.js', 'outside of libs/app-kit'],
    ['libs/app-kit/src/nats/a.ts', 'nestjs-nats/dist/esm/core/publisher.js', 'public names'],
    ['libs/app-kit/src/nats/a.ts', 'nestjs-nats/testing', 'for tests and for demo'],
  ])('refuses in %s the import of %s', (path, specifier, message) => {
    expect(check(path, specifier)).toEqual([expect.stringContaining(message)]);
  });
});
