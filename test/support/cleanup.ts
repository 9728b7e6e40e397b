/** Undoes what a test has set up, newest first, also when setting up has failed half-way. */
export class Cleanup {
  private readonly steps: (() => Promise<unknown>)[] = [];

  /** Remembers how to undo something, and gives it back. */
  add<T>(thing: T, undo: (thing: T) => Promise<unknown>): T {
    this.steps.push(() => undo(thing));
    return thing;
  }

  /** Runs every step, also after one has failed. @throws AggregateError of the failures */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Cleaning up failed');
  }
}
