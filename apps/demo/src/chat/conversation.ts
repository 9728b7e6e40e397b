import { setTimeout as sleep } from 'node:timers/promises';
import { ChatGuest } from './chat-guest.js';

/** What a conversation came to. */
export interface Conversation {
  readonly lines: readonly string[];
  /** What is not as it should be; empty when all is well. */
  readonly problems: readonly string[];
}

const ROOM = 'lobby';
const ROUNDS = 10;
const SECRET = 'psst, ada';
const POLL_MS = 20;
const PATIENCE_MS = 5000;

/**
 * Three guests on two instances talk to each other, and one to another alone. Then it is counted what
 * each of them has got.
 */
export async function holdConversation(urls: readonly [string, string]): Promise<Conversation> {
  const [ada, bob, cy] = [
    new ChatGuest('ada', urls[0]),
    new ChatGuest('bob', urls[0]),
    new ChatGuest('cy', urls[1]),
  ];
  const guests = [ada, bob, cy];
  try {
    for (const guest of guests) await guest.enter(ROOM);
    const said = await talk(guests);
    await cy.say(SECRET, 'ada');
    // after it in the same room: when this has come, the other could have
    await cy.say('good bye');
    said.push('good bye');
    const isDone = () =>
      guests.every(({ heard, people }) => heard.length >= said.length && people.length === 3) &&
      ada.told.length > 0;
    await until(isDone);
    const problems = guests.flatMap((guest) => problemsOf(guest, said, guest === ada ? 1 : 0));
    return { lines: guests.map((guest) => lineOf(guest)), problems };
  } finally {
    await Promise.all(guests.map((guest) => guest.leave()));
  }
}

async function talk(guests: readonly ChatGuest[]): Promise<string[]> {
  const said: string[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    for (const guest of guests) {
      const text = `${guest.name} says ${round}`;
      await guest.say(text);
      said.push(text);
    }
  }
  return said;
}

function problemsOf(guest: ChatGuest, said: readonly string[], directs: number): string[] {
  const { name, heard, told, people } = guest;
  const texts = heard.map(({ text }) => text);
  const problems: string[] = [];
  for (const text of said) {
    const times = texts.filter((each) => each === text).length;
    if (times !== 1) problems.push(`${name} got "${text}" ${times} times, expected once`);
  }
  if (texts.length !== said.length) {
    problems.push(`${name} got ${texts.length} messages, expected ${said.length}`);
  }
  if (told.length !== directs) {
    problems.push(`${name} got ${told.length} direct messages, expected ${directs}`);
  }
  if (people.join() !== 'ada,bob,cy') problems.push(`${name} saw ${people.join() || 'nobody'}`);
  return problems;
}

function lineOf({ name, heard, told, people }: ChatGuest): string {
  const direct = told.length === 0 ? '' : `, and ${told.length} for ${name} alone`;
  return `  ${name.padEnd(4)} ${heard.length} messages, each once; sees ${people.join(', ')}${direct}`;
}

async function until(condition: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  // what is missing then is told by the count
  while (!condition() && Date.now() < giveUpAt) await sleep(POLL_MS);
}
