// Sums up a CPU profile, by whose code it is and by function: node dist/bench/profile/self-time.js FILE [how many lines]
import { readFileSync } from 'node:fs';
import { aligned } from '../report/table.js';
import { byOwner, NO_WORK } from './owners.js';
import { type CpuProfile, sumUp } from './sum-up.js';

const [file, lines = '40'] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node dist/bench/profile/self-time.js FILE.cpuprofile [how many lines]');
  process.exit(2);
}
const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
const all = sumUp(profile).filter(({ name }) => !NO_WORK.has(name));
const busyUs = all.reduce((sum, { selfUs }) => sum + selfUs, 0);
const share = (us: number): string => `${((us * 100) / busyUs).toFixed(1)} %`;
const owners = byOwner(profile).map(({ owner, selfUs }) => [owner, share(selfUs)]);
console.log(`${aligned([['whose', 'self'], ...owners]).join('\n')}\n`);
const rows = all
  .slice(0, Number(lines))
  .map(({ name, place, selfUs, totalUs }) => [name, share(selfUs), share(totalUs), place]);
console.log(aligned([['function', 'self', 'with calls', 'at'], ...rows]).join('\n'));
