/** How long without a word until the connection counts as broken, in milliseconds. */
const SILENCE_MS = 6000;
const RETRY_MS = 1500;

/**
 * Comes into a room, and again whenever the connection breaks, is refused or falls silent.
 *
 * @param handlers what to do with each kind of event
 * @param onLost called when the server does not answer
 * @returns a function to leave for good
 */
export function join({ user, room }, handlers, onLost) {
  const address = `chat/v1/stream?${new URLSearchParams({ user, room })}`;
  let source;
  let timer;
  let hasLeft = false;

  const connect = () => {
    source = new EventSource(address);
    let wasRefused = false;
    for (const [kind, handle] of Object.entries(handlers)) {
      source.addEventListener(kind, (event) => {
        if (hasLeft) return;
        expectMore();
        wasRefused ||= kind === 'refused';
        handle(JSON.parse(event.data));
      });
    }
    source.addEventListener('error', () => retry(wasRefused));
    expectMore();
  };
  const expectMore = () => {
    clearTimeout(timer);
    timer = setTimeout(retry, SILENCE_MS);
  };
  const retry = (wasRefused = false) => {
    source.close();
    clearTimeout(timer);
    if (hasLeft) return;
    // that has been said already
    if (!wasRefused) onLost();
    if (!hasLeft) timer = setTimeout(connect, RETRY_MS);
  };
  connect();

  return () => {
    hasLeft = true;
    clearTimeout(timer);
    source.close();
  };
}
