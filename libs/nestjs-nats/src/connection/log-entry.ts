import { inspect } from 'node:util';

/** What a line of the log is about, by name: for logs that keep fields. */
export type LogFields = Readonly<Record<string, string | number | undefined>>;

/**
 * Is a line of the log that knows what it is about: the sentence where a log is text, with the stack below
 * it, if there is one; and an object with its fields, `message` and `stack` among them, where entries
 * are JSON. A stack beside it would be an entry of its own for a logger of Nest, unless it is an error.
 */
export class LogEntry {
  declare readonly stack?: string;

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
    return this.stack === undefined ? this.message : `${this.message}\n${this.stack}`;
  }
}

/** Gives the stack of a failure, if it is an error. */
export function stackOf(failure: unknown): string | undefined {
  return failure instanceof Error ? failure.stack : undefined;
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
