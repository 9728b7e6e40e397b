// Prints a result as a table for a document: node dist/bench/report/figures.js FILE.json
import { readFileSync } from 'node:fs';
import { figures } from './markdown.js';
import type { Result } from './result.js';

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node dist/bench/report/figures.js FILE.json');
  process.exit(2);
}
console.log(figures(JSON.parse(readFileSync(file, 'utf8')) as Result));
