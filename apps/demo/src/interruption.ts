const SIGNALS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Resolves at the first signal to end; a second one ends the process at once. */
export function interruption(): Promise<'interrupted'> {
  return new Promise((resolve) => {
    let count = 0;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (++count > 1) process.exit(130);
        resolve('interrupted');
      });
    }
  });
}
