/**
 * A reason not to start that was foreseen. `message` ends the sentence "The app cannot start: …", for the person who
 * started it; there is no need of a stack.
 */
export class BootError extends Error {
  override readonly name: string = 'BootError';
}
