const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] as const;

/** Is how long a signal counts as the first one still: npm passes on what the terminal sends as well. */
const SAME_SIGNAL_MS = 500;

/**
 * Hears of a second signal while an application stops because of a first one. Nest itself leaves it
 * without effect.
 */
export class SecondSignal {
  private stopListening: (() => void) | undefined;

  /** Listens to signals that the application listens to: others still have their usual effect. */
  listen(heard: () => void): void {
    this.close();
    const since = performance.now();
    const listener = (): void => {
      if (performance.now() - since >= SAME_SIGNAL_MS) heard();
    };
    const heeded = SIGNALS.filter((signal) => process.listenerCount(signal) > 0);
    for (const signal of heeded) process.on(signal, listener);
    this.stopListening = () => {
      for (const signal of heeded) process.off(signal, listener);
    };
  }

  /** Leaves signals alone, so that Nest can end the process by one. */
  close(): void {
    this.stopListening?.();
    this.stopListening = undefined;
  }
}
