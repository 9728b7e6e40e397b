// Sums up a CPU profile by function: node dist/bench/profile/self-time.js FILE [how many lines]
import { readFileSync } from 'node:fs';
import { aligned } from '../report/table.js';
import { type CpuProfile, sumUp } from './sum-up.js';

const [file, lines = '40'] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node dist/bench/profile/self-time.js FILE.cpuprofile [how many lines]');
  process.exit(2);
}
// "dispatch" is the profiler itself, which takes its time to start
const IDLE = new Set(['(idle)', '(program)', 'dispatch']);
const all = sumUp(JSON.parse(readFileSync(file, 'utf8')) as CpuProfile);
const busyUs = all
  .filter(({ name }) => !IDLE.has(name))
  .reduce((sum, { selfUs }) => sum + selfUs, 0);
const share = (us: number): string => `${((us * 100) / busyUs).toFixed(1)} %`;
const rows = all
  .filter(({ name }) => !IDLE.has(name))
  .slice(0, Number(lines))
  .map(({ name, place, selfUs, totalUs }) => [name, share(selfUs), share(totalUs), place]);
console.log(aligned([['function', 'self', 'with calls', 'at'], ...rows]).join('\n'));
