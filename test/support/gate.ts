/** A point that others wait at until a test opens it. */
export interface Gate {
  /** Whether somebody has come to it. */
  readonly reached: () => boolean;
  readonly wait: () => Promise<void>;
  readonly open: () => void;
}

export function gate(): Gate {
  let open = (): void => undefined;
  let reached = false;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const wait = (): Promise<void> => {
    reached = true;
    return opened;
  };
  return { reached: () => reached, wait, open };
}
