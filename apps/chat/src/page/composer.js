import { byId } from './dom.js';
import { addresseeNow } from './people.js';

const form = byId('composer');
const text = byId('text');
const fault = byId('fault');
let me;

/** Says as whom the next messages are sent, and what to do with one that went to one user alone. */
export function talkAs(identity) {
  me = identity;
}

async function send(body) {
  const response = await fetch('chat/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error([answer.message].flat().join(' '));
  return answer;
}

async function sendText() {
  const said = text.value.trim();
  if (said === '') return;
  const to = addresseeNow();
  text.value = '';
  fault.textContent = '';
  try {
    const sent = await send({ session: me.session, text: said, to });
    // the room's own come back by NATS, like everybody's
    if (to !== undefined) me.onSent({ ...sent, to });
  } catch (error) {
    // nothing of it is lost but the way it took
    if (text.value === '') text.value = said;
    fault.textContent = error instanceof TypeError ? 'The server does not answer.' : error.message;
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void sendText();
});

text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
