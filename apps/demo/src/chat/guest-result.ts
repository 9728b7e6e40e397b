import type { ChatGuest, Heard } from './chat-guest.js';

/** Who talks, in the order in which they are shown. */
const GUESTS = ['ada', 'bob', 'cy'];

/** What a conversation came to for one guest. */
export interface GuestResult {
  /** It in a line. */
  readonly line: string;
  /** What is not as it should be; empty when all is well. */
  readonly problems: readonly string[];
}

/**
 * Counts what a guest has got.
 *
 * @param said what was said to the room
 * @param secrets what was said to this guest alone
 */
export function guestResult(
  guest: Pick<ChatGuest, 'name' | 'heard' | 'told' | 'people'>,
  said: readonly string[],
  secrets: readonly string[],
): GuestResult {
  const { name, people } = guest;
  const [heard, told] = [textsOf(guest.heard), textsOf(guest.told)];
  const faults = [
    ...countFaults(heard, said).map((fault) => `${name} got ${fault}`),
    ...countFaults(told, secrets).map((fault) => `${name} alone got ${fault}`),
  ];
  const seen = people.join(', ') || 'nobody';
  const misses = seen === GUESTS.join(', ') ? [] : [`${name} saw ${seen}`];
  const once = faults.length === 0 ? ', each once' : '';
  const direct = told.length === 0 ? '' : `, and ${told.length} for ${name} alone`;
  const line = `  ${name.padEnd(4)} ${heard.length} messages${once}; sees ${seen}${direct}`;
  return { line, problems: [...faults, ...misses] };
}

function textsOf(messages: readonly Heard[]): string[] {
  return messages.map(({ text }) => text);
}

/** Says what has not come once, and what should not have come. */
function countFaults(got: readonly string[], expected: readonly string[]): string[] {
  const times = (text: string): number => got.filter((other) => other === text).length;
  const strange = new Set(got.filter((text) => !expected.includes(text)));
  return [
    ...expected
      .filter((text) => times(text) !== 1)
      .map((text) => `"${text}" ${times(text)} times, expected once`),
    ...[...strange].map((text) => `"${text}", which was not for it`),
  ];
}
