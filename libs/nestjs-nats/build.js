// Compiles the one source twice: ES modules for Nest 12, CommonJS for Nest 11 and CommonJS tests.
// See docs/adr/0002-one-package-with-entry-points.md.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const here = import.meta.dirname;

for (const project of ['tsconfig.lib.json', 'tsconfig.cjs.json']) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], {
    cwd: here,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

mkdirSync(`${here}/dist/cjs`, { recursive: true });
writeFileSync(`${here}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');
