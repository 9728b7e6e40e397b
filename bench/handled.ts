/** Hears of each message that a handler of this process has taken. */
let listener: () => void = () => undefined;

/** Is what every handler calls, of whichever subject. */
export function handled(): void {
  listener();
}

/** Sets who hears; there is one. */
export function onHandled(next: () => void): void {
  listener = next;
}
