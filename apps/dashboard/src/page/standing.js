import { byId, element, setText, timeOfDay } from './dom.js';

const banner = byId('banner');
let asOf;

function sentence({ nats, saver }) {
  if (nats === 'away') {
    return 'NATS cannot be reached. Reports get 503 until it is back.';
  }
  if (saver === 'away') return 'No saver is running. Reports wait in the stream; none is lost.';
  if (saver === 'failing') return 'The savers do not answer as they should.';
  return '';
}

function show(text) {
  const shown = text && asOf ? `${text} The numbers are those of ${timeOfDay(asOf)}.` : text;
  setText(banner, shown);
  banner.hidden = !text;
  document.body.classList.toggle('stale', text !== '');
}

function pill(id, state, name, detail) {
  const node = byId(id);
  node.dataset.state = state;
  if (node.textContent === `${name}${detail}`) return;
  // on a phone the detail is for screen readers: the banner says it to everybody when it matters
  node.replaceChildren(name, element('span', { textContent: detail }));
}

/** Shows who is there, and says so when somebody is not. */
export function showStanding(snapshot) {
  const { nats, saver, saverView } = snapshot;
  asOf = saverView?.asOf;
  pill('pill-nats', nats === 'connected' ? 'good' : 'bad', 'NATS', ` ${nats}`);
  const present = saverView?.replicas.filter(({ since }) => since !== null).length ?? 0;
  if (saver === 'answering')
    pill('pill-saver', 'good', `${present} saver${present === 1 ? '' : 's'}`, '');
  else pill('pill-saver', saver === 'unknown' ? 'unknown' : 'bad', 'savers', ` ${saver}`);
  show(sentence(snapshot));
}

/** Says that the dashboard itself does not answer. */
export function showLost() {
  pill('pill-nats', 'unknown', 'NATS', ' unknown');
  pill('pill-saver', 'unknown', 'savers', ' unknown');
  show('The dashboard does not answer. This page goes on by itself when it does.');
}
