/** What a process can be asked to do, by name. Arguments and results are JSON. */
export type Calls = Readonly<Record<string, (...args: never[]) => unknown>>;

/** What goes to a process. */
export interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What comes back. */
export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Serves calls of the parent process until it closes the channel; then this process ends. */
export function serveCalls(calls: Calls): void {
  process.on('message', (call: Call) => void answer(calls, call));
  process.on('disconnect', () => process.exit(0));
}

async function answer(calls: Calls, { id, name, args }: Call): Promise<void> {
  const reply = (answer: Answer): void => void process.send?.(answer);
  try {
    const call = calls[name] as ((...args: readonly unknown[]) => unknown) | undefined;
    if (call === undefined) throw new Error(`There is no call named "${name}".`);
    reply({ id, value: await call(...args) });
  } catch (error) {
    reply({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
