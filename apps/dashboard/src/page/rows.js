import { byId, element, time } from './dom.js';
import { colourOf } from './replicas.js';

const known = new Set();

function row({ key, at, name, detail, reason, who, whoClass }, isFirstTime) {
  const what = element(
    'div',
    { className: 'what' },
    element('div', { className: 'name', textContent: name }),
  );
  if (reason) what.append(element('div', { className: 'reason', textContent: reason }));
  if (detail) what.append(element('div', { className: 'detail', textContent: detail }));
  const isFresh = !known.has(key) && !isFirstTime;
  known.add(key);
  return element(
    'li',
    { className: isFresh ? 'fresh' : '' },
    element('div', { className: 'when' }, time(at)),
    what,
    element(
      'div',
      { className: 'who' },
      element('span', { className: `badge ${whoClass}`, textContent: who }),
    ),
  );
}

function fill(id, rows, emptyText) {
  const list = byId(id);
  const keys = rows.map(({ key }) => key).join(' ');
  // rows that are looked at, or selected, stay where they are
  if (list.dataset.keys === keys) return;
  const isFirstTime = list.dataset.keys === undefined;
  list.dataset.keys = keys;
  if (rows.length > 0) list.replaceChildren(...rows.map((each) => row(each, isFirstTime)));
  else list.replaceChildren(element('li', { className: 'empty', textContent: emptyText }));
}

const storedBy = ({ savedBy }) => ({ who: savedBy ?? '?', whoClass: colourOf(savedBy ?? '?') });

/** Shows the newest rows, those that failed, and what the agent has refused. */
export function showRows({ saverView, rejections }) {
  if (saverView) {
    const latest = saverView.latest.map((each) => ({
      key: each.msgId,
      at: each.receivedAt,
      name: each.eventName,
      detail: each.reportData,
      ...storedBy(each),
    }));
    fill('latest', latest, 'No rows yet.');
    const failures = saverView.failures.map((each) => ({
      key: each.msgId,
      at: each.receivedAt,
      name: each.dataName,
      reason: each.errorReason,
      detail: each.reportData,
      ...storedBy(each),
    }));
    fill('failures', failures, 'Nothing has failed.');
  }
  const refused = rejections.latest.map((each, index) => ({
    key: `${rejections.count - index}-rejected`,
    at: each.at,
    name: each.name,
    reason: each.detail,
    who: `HTTP ${each.status}`,
    whoClass: 'rejected',
  }));
  fill('rejections', refused, 'Nothing has been refused since the dashboard was started.');
}

const tabs = [...document.querySelectorAll('[role=tab]')];

function select(tab) {
  for (const each of tabs) {
    const isSelected = each === tab;
    each.setAttribute('aria-selected', String(isSelected));
    each.tabIndex = isSelected ? 0 : -1;
    byId(each.getAttribute('aria-controls')).hidden = !isSelected;
  }
  tab.focus();
}

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

for (const [index, tab] of tabs.entries()) {
  tab.addEventListener('click', () => select(tab));
  tab.addEventListener('keydown', ({ key }) => {
    if (STEPS[key]) select(tabs[(index + STEPS[key] + tabs.length) % tabs.length]);
  });
}
