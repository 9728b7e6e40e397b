/** How long without a word until the connection counts as broken, in milliseconds. */
const SILENCE_MS = 6000;
const RETRY_MS = 1500;

/**
 * Listens to the dashboard, for ever: a connection that breaks, is refused or falls silent is made
 * again.
 *
 * @param handlers what to do with each kind of event
 * @param onLost called when the dashboard does not answer
 */
export function listen(handlers, onLost) {
  let source;
  let watchdog;

  const connect = () => {
    source = new EventSource('dashboard/v1/live');
    for (const [kind, handle] of Object.entries(handlers)) {
      source.addEventListener(kind, (event) => {
        expectMore();
        handle(JSON.parse(event.data));
      });
    }
    source.addEventListener('error', lose);
    expectMore();
  };
  const expectMore = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(lose, SILENCE_MS);
  };
  const lose = () => {
    source.close();
    clearTimeout(watchdog);
    onLost();
    setTimeout(connect, RETRY_MS);
  };
  connect();
}
