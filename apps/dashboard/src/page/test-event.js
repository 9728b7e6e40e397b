import { byId, setText } from './dom.js';

const BURST = 25;
const form = byId('form');
const burst = byId('burst');
const result = byId('result');
/** The id of the report that was sent last, until it is known what became of it. */
let awaited;

function say(text, tone = '') {
  result.className = `result ${tone}`;
  setText(result, text);
}

async function send(eventName, content) {
  const response = await fetch('dashboard/v1/test-event', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ eventName, content }),
  });
  const answer = await response.json();
  if (response.ok) return answer;
  throw new Error(`Refused with ${response.status}: ${answer.message}`);
}

async function attempt(work) {
  const buttons = form.querySelectorAll('button');
  for (const each of buttons) each.disabled = true;
  try {
    await work(byId('event-name').value, byId('content').value);
  } catch (error) {
    awaited = undefined;
    say(error instanceof TypeError ? 'The dashboard does not answer.' : error.message, 'bad');
  } finally {
    for (const each of buttons) each.disabled = false;
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void attempt(async (name, content) => {
    const { msgId } = await send(name, content);
    awaited = msgId;
    say('Accepted: NATS has it. Waiting for a saver …');
  });
});

burst.addEventListener('click', () => {
  void attempt(async (name, content) => {
    await Promise.all(Array.from({ length: BURST }, () => send(name, content)));
    awaited = undefined;
    say(`${BURST} accepted.`, 'good');
  });
});

/** Says what became of the report that was sent last, and whether reports can be sent at all. */
export function showOutcome({ saverView, canReport }) {
  byId('try').hidden = !canReport;
  if (!awaited || !saverView) return;
  const isIt = ({ msgId }) => msgId === awaited;
  const stored = saverView.latest.find(isIt);
  const failed = saverView.failures.find(isIt);
  if (stored) say(`Stored by ${stored.savedBy}.`, 'good');
  if (failed) say(`Kept as failed by ${failed.savedBy}: ${failed.errorReason}`, 'bad');
  if (stored || failed) awaited = undefined;
}
