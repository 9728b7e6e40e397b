import { z } from 'zod';

const MAX_NAME_CHARS = 32;
const MAX_TEXT_CHARS = 2000;

/** The name of a user or a room: what looks the same is the same, and nothing in it is invisible. */
export const chatName = z
  .string()
  .normalize('NFC')
  .trim()
  .min(1)
  .max(MAX_NAME_CHARS)
  .regex(/^[^\p{C}]*$/u, 'must not hold control or invisible characters');

/** What somebody says: text, with line breaks if need be. */
export const chatText = z
  .string()
  .trim()
  .min(1)
  .max(MAX_TEXT_CHARS)
  .regex(/^(?:[^\p{Cc}\p{Cs}]|\n)*$/u, 'must not hold control characters');

/** Who comes in, and where. */
export const entrySchema = z.object({ user: chatName, room: chatName });
