import type { ChildApp } from './child-app.js';
import type { Scene } from './scene.js';

/** Says what went wrong, and shows the end of each app's log with the place of the whole. */
export async function reportFailure(error: unknown, scene: Scene): Promise<void> {
  console.error(`\nThe demo failed: ${messageOf(error)}`);
  for (const app of scene.apps) {
    console.error(`\n--- ${app.name}, the end of ${app.logFile}`);
    console.error(await logTailOf(app));
  }
}

async function logTailOf(app: ChildApp): Promise<string> {
  try {
    return await app.logTail();
  } catch (error) {
    return `(cannot be read: ${messageOf(error)})`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
