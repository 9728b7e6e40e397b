/** Tells whether work can be done at this moment. */
export interface NatsReadiness {
  readonly ready: boolean;
  /** Why not, a sentence each; none when it is ready. For people: they may be reworded. */
  readonly reasons: readonly string[];
}

/** Is ready when there is no reason against it. */
export function readinessOf(reasons: readonly string[]): NatsReadiness {
  return { ready: reasons.length === 0, reasons };
}

/** Says that there is no connection. @param wanted whether somebody has ever needed it */
export function noConnection(servers: readonly string[], wanted: boolean): string {
  const what = `There is no connection to NATS at ${servers.join(', ')}`;
  return wanted ? `${what} at this moment.` : `${what} yet, as nothing has needed it.`;
}
