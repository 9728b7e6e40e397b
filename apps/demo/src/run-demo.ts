import { reportFailure } from './failure.js';
import { interruption } from './interruption.js';
import type { OnceOption } from './once-option.js';
import { UsageError } from './options.js';
import type { Scene } from './scene.js';

/** Writes a line for the person who watches. */
export type Say = (line: string) => void;

/** What came of a demo, and how to go on from there. */
export interface Played {
  /** What is not as it should be; empty when all is well. */
  readonly problems: readonly string[];
  /** The addresses, and a command to try. */
  readonly invitation: string;
}

/** A demo as a program. */
export interface Demo<O extends OnceOption, S extends Scene> {
  /** The text of `--help`. */
  readonly usage: string;
  /** Reads the command line. @throws UsageError when it is wrong */
  parse(args: readonly string[]): O | 'help';
  /** Makes the scene; nothing is started yet. */
  scene(): S;
  /** Starts everything on the scene, shows it, and says what came of it. */
  play(scene: S, options: O, say: Say): Promise<Played>;
}

/**
 * Runs a demo as a program: to the end with `--once`, else until ctrl-c. The process ends with 0 when
 * all is well, 1 when something is not, 2 when the command line is wrong.
 */
export async function runDemo<O extends OnceOption, S extends Scene>(
  demo: Demo<O, S>,
): Promise<never> {
  try {
    const options = demo.parse(process.argv.slice(2));
    if (options !== 'help') {
      const scene = demo.scene();
      process.exit(await perform(scene, options.once, (say) => demo.play(scene, options, say)));
    }
    console.log(demo.usage);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${demo.usage}`);
    process.exit(2);
  }
}

/** Finds or starts a NATS server, and says which. @returns its address, without credentials */
export async function findNats(scene: Scene, say: Say): Promise<string> {
  say('Finding a NATS server ...');
  const server = await scene.startNats((line) => say(`  ${line}`));
  say(`  NATS ${server.version ?? ''} (${server.origin})`);
  return server.url.replace(/\/\/.*@/, '//***@');
}

async function perform(
  scene: Scene,
  once: boolean,
  play: (say: Say) => Promise<Played>,
): Promise<number> {
  const interrupted = interruption();
  // whatever ends this process ends the others
  process.on('exit', () => scene.kill());
  let succeeded = false;
  try {
    const playing = play((line) => console.log(line));
    const played = await Promise.race([playing, interrupted]);
    if (played === 'interrupted') {
      // it fails when the scene is taken from under it, which is no news
      playing.catch(() => undefined);
      succeeded = true;
      return 130;
    }
    if (played.problems.length > 0) throw new Error(played.problems.join('\n'));
    succeeded = true;
    if (once) return 0;
    console.log(`\n${played.invitation}\n\nUp until ctrl-c.`);
    await interrupted;
    return 0;
  } catch (error) {
    await reportFailure(error, scene);
    return 1;
  } finally {
    await scene.leave({ keepFolder: !succeeded && scene.apps.length > 0 });
  }
}
