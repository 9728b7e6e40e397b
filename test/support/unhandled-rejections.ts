import { EventEmitter } from 'node:events';

// Jest gives tests a copy of `process`, which never hears of a rejection; what Node's own modules
// are made of belongs to the real one
const hostProcess = (EventEmitter.constructor as FunctionConstructor)(
  'return process',
)() as NodeJS.Process;

/** Rejections that nobody handled within their turn: outside of tests each would end the process. */
export interface UnhandledRejections {
  readonly reasons: readonly unknown[];
  stop(): void;
}

/** Notes what nobody handles. */
export function watchUnhandledRejections(): UnhandledRejections {
  const reasons: unknown[] = [];
  const note = (reason: unknown): void => void reasons.push(reason);
  hostProcess.on('unhandledRejection', note);
  return { reasons, stop: () => void hostProcess.off('unhandledRejection', note) };
}
