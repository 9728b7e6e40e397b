import type { Played } from './demo.js';
import { type FailedStage, reportFailure } from './failure.js';
import { interruption } from './interruption.js';

/** What a demo has started, and how to end it. */
export interface DemoStage extends FailedStage {
  leave(options: { keepFolder: boolean }): Promise<void>;
  kill(): void;
}

/**
 * Runs a demo: plays it, says what is wrong with it, and else stays up until it is interrupted, unless
 * it is to end at once. Whatever happens, everything that was started is ended.
 *
 * @returns the exit code
 */
export async function runDemo<S extends DemoStage>(
  stage: S,
  play: (stage: S) => Promise<Played>,
  { once }: { once: boolean },
): Promise<number> {
  const interrupted = interruption();
  // whatever ends this process ends the others
  process.on('exit', () => stage.kill());
  let succeeded = false;
  try {
    const playing = play(stage);
    const played = await Promise.race([playing, interrupted]);
    if (played === 'interrupted') {
      // it fails when the stage is taken from under it, which is no news
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
    await reportFailure(error, stage);
    return 1;
  } finally {
    await stage.leave({ keepFolder: !succeeded && stage.apps.length > 0 });
  }
}
