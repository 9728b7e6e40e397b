import { describe, expect, it } from '@jest/globals';
import { checkRooms } from './check-rooms.js';
import { madeUp, said } from './made-up.js';
import type { ParsedFile } from './parse-imports.js';

const check = (files: readonly ParsedFile[]) =>
  said(
    checkRooms(files, {
      root: 'lib',
      table: {
        errors: { imports: [] },
        message: { imports: ['errors'] },
        decorators: { imports: ['errors'], typesOnly: ['message'] },
        otel: { imports: ['../index.js'] },
      },
      packages: ['rxjs', '@nats-io/transport-node', '@opentelemetry/api'],
      pureRooms: ['errors'],
      pureBuiltins: ['node:buffer'],
      ownedPackages: { '@opentelemetry/api': 'otel' },
    }),
  );

describe('checkRooms', () => {
  const stand = ['errors/base.ts', 'message/headers.ts', 'index.ts', 'otel/index.ts'];

  it.each([
    ['an allowed room', 'message/a.ts', `import { x } from '../errors/base.js';`],
    ['its own room', 'message/a.ts', `import { x } from './headers.js';`],
    [
      'a type of a types-only room',
      'decorators/a.ts',
      `import type { X } from '../message/headers.js';`,
    ],
    ['inline types of it', 'decorators/a.ts', `import { type X } from '../message/headers.js';`],
    ['the public surface from an edge', 'otel/a.ts', `import { x } from '../index.js';`],
    ['a declared package', 'message/a.ts', `import { of } from 'rxjs/operators';`],
    ['a module of Node', 'message/a.ts', `import { join } from 'node:path';`],
    [
      'a type of the client in a pure room',
      'errors/a.ts',
      `import type { Msg } from '@nats-io/transport-node';`,
    ],
    ['a module that only computes', 'errors/a.ts', `import { Buffer } from 'node:buffer';`],
    ['the owner of a package', 'otel/a.ts', `import { trace } from '@opentelemetry/api';`],
    ['anything from a spec', 'errors/a.spec.ts', `import { x } from '../message/headers.js';`],
  ])('accepts %s', (_name, path, text) => {
    expect(check(madeUp({ [path]: text }, stand))).toEqual([]);
  });

  it.each([
    [
      'a room above',
      'errors/a.ts',
      `import { x } from '../message/headers.js';`,
      '"errors" imports "message"; allowed: nothing',
    ],
    [
      'a type of a room above',
      'errors/a.ts',
      `import type { X } from '../message/headers.js';`,
      '"errors" imports "message"',
    ],
    [
      'a re-export of a room above',
      'errors/a.ts',
      `export { x } from '../message/headers.js';`,
      '"errors" imports "message"',
    ],
    [
      'an import() type of a room above',
      'errors/a.ts',
      `type X = import('../message/headers.js').X;`,
      '"errors" imports "message"',
    ],
    [
      'a dynamic import',
      'errors/a.ts',
      `const x = await import('../message/headers.js');`,
      '"errors" imports "message"',
    ],
    [
      'a require',
      'errors/a.ts',
      `const x = require('../message/headers.js');`,
      '"errors" imports "message"',
    ],
    [
      'an import assignment',
      'errors/a.ts',
      `import x = require('../message/headers.js');`,
      '"errors" imports "message"',
    ],
    [
      'a side-effect import',
      'errors/a.ts',
      `import '../message/headers.js';`,
      '"errors" imports "message"',
    ],
    [
      'a value where types only',
      'decorators/a.ts',
      `import { x, type Y } from '../message/headers.js';`,
      '"decorators" imports a value of "message"',
    ],
    [
      'a default value where types only',
      'decorators/a.ts',
      `import x, { type Y } from '../message/headers.js';`,
      '"decorators" imports a value of "message"',
    ],
    [
      'a room from an edge',
      'otel/a.ts',
      `import { x } from '../errors/base.js';`,
      '"otel" imports "errors"; allowed: ../index.js',
    ],
    [
      'the public surface from a room',
      'message/a.ts',
      `import { x } from '../index.js';`,
      '"message" imports "../index.js"',
    ],
    [
      'an edge from the surface',
      'index.ts',
      `export { x } from './otel/index.js';`,
      'index.ts imports the edge "otel"',
    ],
    [
      'a folder without a row',
      'misc/a.ts',
      `export const x = 1;`,
      'lies in "misc", which has no row',
    ],
    [
      'a file beside index.ts',
      'utils.ts',
      `export const x = 1;`,
      'lies in "utils.ts", which has no row',
    ],
    ['a file outside', 'message/a.ts', `import { x } from '../../other/a.js';`, 'outside of lib'],
    [
      'a file that is not there',
      'message/a.ts',
      `import { x } from './gone.js';`,
      'there is no lib/message/gone.ts',
    ],
    [
      'an undeclared package',
      'message/a.ts',
      `import { x } from '@scope/left-pad/deep.js';`,
      'imports @scope/left-pad, which',
    ],
    [
      'itself by its public name',
      'message/a.ts',
      `import { x } from 'nestjs-nats';`,
      'imports nestjs-nats, which',
    ],
    ['Node without its prefix', 'message/a.ts', `import { join } from 'path';`, 'write node:path'],
    [
      'I/O in a pure room',
      'errors/a.ts',
      `import { readFileSync } from 'node:fs';`,
      '"errors" is pure',
    ],
    [
      'the client in a pure room',
      'errors/a.ts',
      `import { connect } from '@nats-io/transport-node';`,
      '"errors" is pure',
    ],
    [
      'a package of another room',
      'message/a.ts',
      `import { trace } from '@opentelemetry/api';`,
      'only "otel" may',
    ],
    [
      'a spec from production code',
      'message/a.ts',
      `import { x } from './headers.spec.js';`,
      'imports the test',
    ],
  ])('refuses %s', (_name, path, text, message) => {
    const files = madeUp({ [path]: text }, [...stand, 'message/headers.spec.ts']);
    expect(check(files)).toEqual([expect.stringContaining(message)]);
  });

  it('names the file and the line', () => {
    const text = `\n\nimport { x } from '../message/headers.js';\n`;
    expect(check(madeUp({ 'errors/a.ts': text }, stand))).toEqual([
      expect.stringMatching(/^lib\/errors\/a\.ts:3 /),
    ]);
  });
});
