import { playDemo } from './demo.js';
import { parseOptions, USAGE, UsageError } from './options.js';
import { runDemo } from './run-demo.js';
import { Stage } from './stage.js';

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(USAGE);
  } else {
    const play = (stage: Stage) => playDemo(stage, options.reports, (line) => console.log(line));
    process.exit(await runDemo(await Stage.create(), play, options));
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exit(2);
}
