import { byId, number, setText, timeOfDay } from './dom.js';

/** Shows the totals. */
export function showTotals({ saverView, rejections }) {
  setText(byId('rejected'), number(rejections.count));
  setText(
    byId('rejected-note'),
    `by the agent, since ${timeOfDay(rejections.since, { seconds: false })}`,
  );
  if (!saverView) return;
  const { received, waiting, stored, failed } = saverView;
  setText(byId('received'), number(received));
  setText(byId('stored'), number(stored));
  setText(byId('failed'), number(failed));
  setText(
    byId('received-note'),
    waiting > 0 ? `${number(waiting)} waiting to be stored` : 'none is waiting',
  );
}
