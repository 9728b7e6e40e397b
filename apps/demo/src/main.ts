import { playDemo } from './demo.js';
import { reportFailure } from './failure.js';
import { interruption } from './interruption.js';
import { parseOptions, USAGE, UsageError, type DemoOptions } from './options.js';
import { Stage } from './stage.js';

async function main(options: DemoOptions): Promise<number> {
  const interrupted = interruption();
  const stage = await Stage.create();
  // whatever ends this process ends the others
  process.on('exit', () => stage.kill());
  let succeeded = false;
  try {
    const playing = playDemo(stage, options.reports, (line) => console.log(line));
    const played = await Promise.race([playing, interrupted]);
    if (played === 'interrupted') {
      // it fails when the stage is taken from under it, which is no news
      playing.catch(() => undefined);
      succeeded = true;
      return 130;
    }
    const { problems } = played.result;
    if (problems.length > 0) throw new Error(problems.join('\n'));
    succeeded = true;
    if (options.once) return 0;
    console.log(`\n${played.invitation}\n\nUp until ctrl-c.`);
    await interrupted;
    return 0;
  } catch (error) {
    await reportFailure(error, stage);
    return 1;
  } finally {
    await stage.leave({ keepFolder: !succeeded && stage.apps.length > 0 });
  }
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') console.log(USAGE);
  else process.exit(await main(options));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exit(2);
}
