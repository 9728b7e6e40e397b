// The benchmark: npm run bench. See bench/README.md for what it does, and --help for its flags.
import { join } from 'node:path';
import { FlagError, type Flags, parseFlags, USAGE } from './flags.js';
import { growth } from './growth.js';
import { machine, versions } from './report/machine.js';
import { scenarioTable } from './report/table.js';
import { writeResult } from './report/write.js';
import { measure } from './run/measure.js';
import { FULL, QUICK } from './run/plan.js';
import { SCENARIOS } from './scenarios.js';
import { subjects } from './subjects/registry.js';

const LATEST = join(import.meta.dirname, '../../bench/results/latest.json');

try {
  await main(
    parseFlags(
      process.argv.slice(2),
      SCENARIOS.map(({ id }) => id),
    ),
  );
} catch (error) {
  if (error instanceof FlagError) console.error(`${error.message}\n\n${USAGE}`);
  else console.error(error);
  process.exitCode = error instanceof FlagError ? 2 : 1;
}

async function main(flags: Flags): Promise<void> {
  if (flags.help) return console.log(USAGE);
  if (flags.list) return list();
  const start = performance.now();
  const plan = flags.quick ? QUICK : FULL;
  const taking = subjects(flags);
  const progress = (line: string): void => console.error(line);
  progress(`Compared: ${taking.map(({ name }) => name).join(', ')}.`);
  if (flags.growth) return growth({ plan, subjects: taking, progress });

  const { natsVersion, results } = await measure({
    scenarios: SCENARIOS.filter(({ id }) => flags.only.includes(id)),
    subjects: taking,
    plan,
    epochs: flags.epochs,
    profile: flags.profile,
    progress,
    measured: ({ id, title }, result) => console.log(`${scenarioTable(id, title, result)}\n`),
  });
  const { rounds, roundMs, starts } = plan;
  const files = writeResult(flags.json ?? LATEST, {
    machine: machine(),
    versions: versions(natsVersion),
    method: { date: new Date().toISOString(), epochs: flags.epochs, rounds, roundMs, starts },
    scenarios: Object.fromEntries(results),
  });
  const seconds = Math.round((performance.now() - start) / 1_000);
  progress(`Written in ${seconds} s: ${files.join(', ')}`);
}

function list(): void {
  for (const { id, title } of SCENARIOS) console.log(`${id.padEnd(24)}${title}`);
}
