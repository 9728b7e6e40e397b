import { byId, number, setText, timeOfDay } from './dom.js';

/** Shows the totals. */
export function showTotals({ saverView, rejections }) {
  setText(byId('rejected'), number(rejections.count));
  setText(
    byId('rejected-note'),
    `by the agent, since ${timeOfDay(rejections.since, { seconds: false })}`,
  );
  if (!saverView) return;
  const { received, waiting, stored, failed, deadLetters } = saverView;
  setText(byId('received'), number(received));
  setText(byId('stored'), number(stored));
  setText(byId('failed'), number(failed));
  setText(
    byId('failed-note'),
    deadLetters > 0
      ? `${number(failed - deadLetters)} stored, with the reason; ${number(deadLetters)} dead letters`
      : 'stored as well, with the reason',
  );
  setText(
    byId('received-note'),
    waiting > 0 ? `${number(waiting)} waiting to be stored` : 'none is waiting',
  );
}
