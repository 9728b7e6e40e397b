import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Result } from './result.js';
import { ratioPicture } from './svg.js';

/** Writes a result, and its picture beside it. @returns the names of both */
export function writeResult(file: string, result: Result): readonly [json: string, svg: string] {
  const picture = file.replace(/\.json$/, '.svg');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(picture, ratioPicture(result));
  return [file, picture];
}
