/** Is what an error is called of which nothing better is known. */
export const OTHER = '_OTHER';

const CODE = /^[\w.-]{1,64}$/;

/**
 * Classifies an error: by its code, that of this library or any other, or else by the name of its
 * class; of an `RpcException`, by the code in what it holds. What Nest makes of an exception that it hides has neither.
 */
export function errorType(error: unknown): string {
  try {
    const { code } = Object(toldOf(error)) as { code?: unknown };
    if (typeof code === 'string' && CODE.test(code)) return code;
    if (!(error instanceof Error)) return OTHER;
    const { name } = error.constructor;
    return CODE.test(name) ? name : OTHER;
  } catch {
    // an error may itself throw when it is looked at
    return OTHER;
  }
}

function toldOf(error: unknown): unknown {
  const { getError } = Object(error) as { getError?: unknown };
  return typeof getError === 'function' ? getError.call(error) : error;
}

/** Keeps the kinds of errors to a bounded number: codes come from remote peers, too. */
export class ErrorTypes {
  private readonly known = new Set<string>();

  constructor(private readonly limit = 100) {}

  of(error: unknown): string {
    const type = errorType(error);
    if (this.known.has(type)) return type;
    if (this.known.size >= this.limit) return OTHER;
    this.known.add(type);
    return type;
  }
}
