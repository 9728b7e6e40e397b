import type { ChildApp } from './child-app.js';

/** What is left of a demo that failed. */
export interface FailedStage {
  readonly apps: readonly ChildApp[];
}

/** Says what went wrong, and shows the end of each app's log with the place of the whole. */
export async function reportFailure(error: unknown, stage: FailedStage): Promise<void> {
  console.error(`\nThe demo failed: ${messageOf(error)}`);
  for (const app of stage.apps) {
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
