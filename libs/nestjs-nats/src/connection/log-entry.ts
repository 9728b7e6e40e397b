import { inspect } from 'node:util';

/** What a line of the log is about, by name: for logs that keep fields. */
export type LogFields = Readonly<Record<string, string | number | undefined>>;

/**
 * Is a line of the log that knows what it is about: the sentence where a log is text, and an object with
 * its fields, the sentence as `message` among them, where entries are JSON.
 */
export class LogEntry {
  constructor(
    readonly message: string,
    about: LogFields,
  ) {
    for (const [name, value] of Object.entries(about))
      if (value !== undefined) Object.assign(this, { [name]: value });
  }

  toString(): string {
    return this.message;
  }

  [inspect.custom](): string {
    return this.message;
  }
}

/** Gives the code of a failure, if it has one: it may be anything, also what throws when it is looked at. */
export function codeOf(failure: unknown): string | undefined {
  try {
    const { code } = Object(failure) as { code?: unknown };
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}
