/** Gives what `work` rejects with. @throws Error when it does not reject */
export async function rejection<T = unknown>(work: Promise<unknown>): Promise<T> {
  let value: unknown;
  try {
    value = await work;
  } catch (error) {
    return error as T;
  }
  throw new Error(`Expected a rejection, got the value ${JSON.stringify(value)}`);
}

/** Prints an error with its message and all its fields, to look for what must not be there. */
export function everythingOf(error: Error): string {
  return JSON.stringify(Object.fromEntries([['message', error.message], ...Object.entries(error)]));
}
