import { byId, element, number, time } from './dom.js';

const MAX_LINES = 80;
const list = byId('tail');
const button = byId('pause');
let isPaused = false;
let missed = 0;

const EMPTY = element('li', { className: 'empty', textContent: 'Nothing yet. Send something!' });
list.append(EMPTY);

function line({ kind, at, name, detail }) {
  return element(
    'li',
    { className: 'fresh' },
    element(
      'div',
      {},
      element('div', { className: 'name', textContent: name }),
      element('div', { className: 'detail', textContent: detail }),
    ),
    element(
      'div',
      {},
      time(at),
      ' ',
      element('span', { className: `badge ${kind}`, textContent: kind }),
    ),
  );
}

/** Shows reports as they go by, the newest on top. */
export function showBatch({ rows, skipped }) {
  if (isPaused) {
    missed += rows.length + skipped;
    button.textContent = `Resume (${number(missed)})`;
    return;
  }
  EMPTY.remove();
  if (skipped > 0) {
    const text = `… and ${number(skipped)} more`;
    list.prepend(element('li', { className: 'muted' }, text));
  }
  list.prepend(...rows.map(line).toReversed());
  while (list.children.length > MAX_LINES) list.lastChild.remove();
}

button.addEventListener('click', () => {
  isPaused = !isPaused;
  missed = 0;
  button.textContent = isPaused ? 'Resume' : 'Pause';
  button.setAttribute('aria-pressed', String(isPaused));
});
