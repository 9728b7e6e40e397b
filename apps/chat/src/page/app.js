import { showEntry, showRefusal } from './entry.js';
import { byId } from './dom.js';
import { join } from './connection.js';
import { addDirect, addMessage, addNote, clearMessages } from './messages.js';
import { addressTo, showPeople } from './people.js';
import { talkAs } from './composer.js';

const banner = byId('banner');

function warn(text) {
  if (banner.textContent !== text) banner.textContent = text;
  banner.hidden = text === '';
}

let leave = () => {};

function enter({ user, room }) {
  let isIn = false;

  const show = ({ session, instance, ...me }) => {
    const again = isIn;
    isIn = true;
    byId('entry').hidden = true;
    byId('chat').hidden = false;
    byId('room-name').textContent = me.room;
    byId('instance').textContent = instance;
    document.title = `${me.room} · Rooms`;
    talkAs({ session, user: me.user, onSent: (sent) => addDirect(sent, me.user) });
    warn('');
    if (again) addNote('You are back. What was said meanwhile is not shown.');
    else {
      clearMessages();
      byId('text').focus();
    }
  };
  const handlers = {
    welcome: show,
    message: (message) => addMessage(message, user),
    direct: (message) => addDirect(message, user),
    joined: (event) => addNote(`${event.user} came in.`),
    left: (event) => addNote(`${event.user} left.`),
    people: ({ people }) => showPeople(people, user),
    beat: ({ nats }) =>
      warn(nats === 'connected' ? '' : 'NATS cannot be reached: nobody hears you just now.'),
    refused: ({ reason, isFinal }) => {
      if (isIn && !isFinal) return warn(`${reason} You come in again when it is back.`);
      // the name may be taken by whoever this was before the connection broke
      if (isIn) return warn(`${reason} Trying again …`);
      leave();
      showRefusal(reason);
    },
  };
  leave = join({ user, room }, handlers, () => {
    if (isIn) warn('The server does not answer. You come in again when it does.');
    else {
      leave();
      showRefusal('The server does not answer.');
    }
  });
}

byId('leave').addEventListener('click', () => {
  leave();
  warn('');
  addressTo(undefined);
  document.title = 'Rooms';
  showEntry();
});

showEntry(enter);
