import { setTimeout as sleep } from 'node:timers/promises';
import { ChatGuest } from './chat-guest.js';
import { guestResult } from './guest-result.js';

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
    const results = guests.map((guest) => guestResult(guest, said, guest === ada ? [SECRET] : []));
    return {
      lines: results.map(({ line }) => line),
      problems: results.flatMap(({ problems }) => problems),
    };
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

async function until(condition: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  // what is missing then is told by the count
  while (!condition() && Date.now() < giveUpAt) await sleep(POLL_MS);
}
