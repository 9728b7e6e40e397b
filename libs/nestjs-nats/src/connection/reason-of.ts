/** Says in one line why something failed, with the reason underneath if that says more. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? error.cause.message : '';
  return inner && !error.message.includes(inner) ? `${error.message} (${inner})` : error.message;
}
