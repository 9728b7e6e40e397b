import { byId } from './dom.js';

let onEntry = () => {};

/** Shows the form by which people come in. */
export function showEntry(enter = onEntry) {
  onEntry = enter;
  byId('chat').hidden = true;
  byId('entry').hidden = false;
  byId('refusal').textContent = '';
  byId('user').focus();
}

/** Says why somebody was not let in. */
export function showRefusal(reason) {
  showEntry();
  byId('refusal').textContent = reason;
}

byId('entry-form').addEventListener('submit', (event) => {
  event.preventDefault();
  byId('refusal').textContent = '';
  const nameOf = (id) => byId(id).value.normalize('NFC').trim();
  onEntry({ user: nameOf('user'), room: nameOf('room') });
});
