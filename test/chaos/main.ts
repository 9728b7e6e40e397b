// The faults of test/chaos on demand, as large as wanted: npm run chaos -- --help
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '../support/temp-dir.js';
import { ChaosRun } from './chaos-run.js';
import { type Flags, parseFlags, USAGE, UsageError } from './flags.js';
import { describeMachine } from './machine.js';
import { plotDelivery } from './plot.js';
import { Progress } from './progress.js';
import { figures, headline, markdownReport, terminalTable } from './report.js';

const EXIT = { kept: 0, broken: 1, usage: 2, interrupted: 130 } as const;

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

async function chaos(flags: Flags): Promise<number> {
  // a folder that cannot be written to is found before the work is done
  await mkdir(flags.out, { recursive: true });
  const folder = await tempDir();
  const watcher = new Progress(flags);
  const site = flags.cluster ? 'a cluster of three servers' : 'a single server';
  console.log(`${flags.messages} messages on ${site}, ${flags.faults} kills, seed ${flags.seed}`);
  try {
    const { out, ...options } = flags;
    const { signal } = interrupted;
    const result = await ChaosRun.do(options, folder.file(''), { watcher, signal });
    watcher.end();
    const machine = await describeMachine(process.cwd());
    const write = (name: string, text: string): Promise<void> => writeFile(join(out, name), text);
    await write('delivery.svg', plotDelivery(result));
    await write('report.md', markdownReport(result, machine));
    await write('report.json', `${JSON.stringify({ machine, ...result }, null, 2)}\n`);
    console.log(`\n${terminalTable(figures(result))}\n\n${headline(result)}`);
    console.log(`Report: ${join(out, 'report.md')}`);
    return result.complaints.length === 0 ? EXIT.kept : EXIT.broken;
  } catch (error) {
    watcher.end();
    if (!interrupted.signal.aborted) throw error;
    console.error('Interrupted.');
    return EXIT.interrupted;
  } finally {
    await folder.remove();
  }
}

try {
  const flags = parseFlags(process.argv.slice(2));
  if (flags === 'help') console.log(USAGE);
  else process.exitCode = await chaos(flags);
} catch (error) {
  const isUsage = error instanceof UsageError;
  console.error(error instanceof Error ? error.message : error);
  if (isUsage) console.error('See npm run chaos -- --help');
  process.exitCode = isUsage ? EXIT.usage : EXIT.broken;
}
