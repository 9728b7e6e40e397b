import { byId, element, number, timeOfDay } from './dom.js';

const COLOURS = 6;

/** The colour of each replica: the same everywhere on the page. */
const colours = new Map();
export function colourOf(replica) {
  if (!colours.has(replica)) colours.set(replica, `c${colours.size % COLOURS}`);
  return colours.get(replica);
}

function line({ replica, rows, percent, since }) {
  const standing =
    since === null ? 'not there' : `running since ${timeOfDay(since, { seconds: false })}`;
  return element(
    'li',
    { className: `${colourOf(replica)} ${since === null ? 'gone' : ''}` },
    element('div', {}, replica || '(no name)', element('small', { textContent: standing })),
    element(
      'div',
      { className: 'count' },
      `${percent} %`,
      element('small', { textContent: `${number(rows)} rows` }),
    ),
  );
}

/** Shows the part of each replica in the rows there are, and who of them is there. */
export function showReplicas({ saverView }) {
  if (!saverView) return;
  const { replicas } = saverView;
  byId('replicas').replaceChildren(...replicas.map(line));
  const share = byId('share');
  const withRows = replicas.filter(({ rows }) => rows > 0);
  while (share.children.length > withRows.length) share.lastChild.remove();
  for (const [index, { replica, rows }] of withRows.entries()) {
    const part = share.children[index] ?? share.appendChild(element('div'));
    part.className = colourOf(replica);
    part.style.flexGrow = String(rows);
  }
}
