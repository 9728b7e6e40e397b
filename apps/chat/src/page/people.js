import { avatar, byId, element } from './dom.js';

const list = byId('people');
let addressee;

/** Whom the next message is for; nobody in particular means the room. */
export const addresseeNow = () => addressee;

/** Chooses whom the next message is for. */
export function addressTo(user) {
  addressee = user;
  byId('to').hidden = user === undefined;
  byId('to-text').textContent = user === undefined ? '' : `To ${user} alone`;
  for (const button of list.querySelectorAll('button')) {
    button.ariaPressed = String(button.dataset.user === user);
  }
  byId('text').focus();
}

function person({ user, instance }, me) {
  const isMe = user === me;
  const button = element(
    'button',
    { type: 'button', className: 'person', disabled: isMe },
    avatar(user),
    element(
      'span',
      {},
      isMe ? `${user} (you)` : user,
      element('small', { textContent: `by ${instance}` }),
    ),
  );
  button.dataset.user = user;
  if (!isMe) {
    button.ariaPressed = String(user === addressee);
    button.addEventListener('click', () => addressTo(user === addressee ? undefined : user));
  }
  return element('li', {}, button);
}

/** Shows who is here. */
export function showPeople(people, me) {
  const shown = JSON.stringify(people);
  // whoever is about to choose one is not disturbed
  if (list.dataset.shown === shown) return;
  list.dataset.shown = shown;
  byId('people-count').textContent = String(people.length);
  list.replaceChildren(...people.map((each) => person(each, me)));
}

byId('to-all').addEventListener('click', () => addressTo(undefined));
