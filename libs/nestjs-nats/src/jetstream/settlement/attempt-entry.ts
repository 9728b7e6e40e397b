import type { Delivery } from '../pull/delivery.js';

/** What processes tell each other of a message that has been tried before. */
export interface AttemptEntry {
  /** How many attempts are used up; one that has started counts until its end is known. */
  readonly used: number;
  /** How many of them have started and not been heard of again. */
  readonly crashes: number;
  /** Which delivery this is about. */
  readonly delivered: number;
  /** `failed`: it ended, and the message was put off; `started`: how it ended is not known. */
  readonly kind: 'failed' | 'started';
  /** When the stream stored the message, in milliseconds: a stream made anew counts from 1 again. */
  readonly stored: number;
  /** When the first and the last of them failed, in milliseconds since 1970; nothing if none has. */
  readonly first?: number;
  readonly last?: number;
}

/** Gives the key of a message: of letters that a key may have, and different for every message. */
export function entryKey({ stream, consumer, streamSequence }: Delivery): string {
  return `${keySafe(stream)}.${keySafe(consumer)}.${streamSequence}`;
}

/** Reads an entry, or nothing where there is none or somebody else has written it. */
export function readEntry(data: Uint8Array): AttemptEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    // a deleted key is an empty value
    return undefined;
  }
  const fields = Object(value) as Record<string, unknown>;
  const { used, crashes, delivered, kind, stored, first, last } = fields;
  if (kind !== 'failed' && kind !== 'started') return undefined;
  if (![used, crashes, delivered, stored, first ?? 0, last ?? 0].every(isCount)) return undefined;
  return { used, crashes, delivered, kind, stored, first, last } as AttemptEntry;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Names of streams and consumers may have other letters than keys of a bucket. */
function keySafe(name: string): string {
  return name.replaceAll(/[^\w-]/gu, (letter) =>
    [...Buffer.from(letter)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
