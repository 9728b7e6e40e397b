import { avatar, byId, element, timeOf } from './dom.js';

const MAX_MESSAGES = 300;
/** Closer to the end than this, the list follows what comes. */
const NEAR_END_PX = 80;
const list = byId('messages');

function append(item) {
  const isNearEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
  list.append(item);
  while (list.children.length > MAX_MESSAGES) list.firstChild.remove();
  if (isNearEnd) list.scrollTop = list.scrollHeight;
}

function message({ from, text, at, via }, who, className) {
  return element(
    'li',
    { className: `message ${className}` },
    avatar(from),
    element(
      'div',
      { className: 'byline' },
      element('b', { textContent: who }),
      timeOf(at),
      element('span', { textContent: `by ${via}` }),
    ),
    element('div', { className: 'bubble', textContent: text }),
  );
}

/** Adds what somebody has said to the room. */
export function addMessage(said, user) {
  const isMine = said.from === user;
  append(message(said, isMine ? 'You' : said.from, isMine ? 'mine' : ''));
}

/** Adds what somebody has said to one user alone. */
export function addDirect(said, user) {
  const isMine = said.from === user;
  const who = isMine ? `You, to ${said.to} alone` : `${said.from}, to you alone`;
  append(message(said, who, isMine ? 'mine direct' : 'direct'));
}

/** Adds something that nobody has said. */
export function addNote(text) {
  append(element('li', { className: 'note', textContent: text }));
}

export function clearMessages() {
  list.replaceChildren();
}
