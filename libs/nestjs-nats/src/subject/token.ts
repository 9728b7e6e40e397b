import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';

/** Is the token of the empty text: `encodeURIComponent` never gives a `%` alone. */
const EMPTY = '%';

/**
 * Encodes any text as one token of a subject: ``orders.${token(userInput)}.created``.
 *
 * Letters, digits, `-` and `_` stay as they are; everything else, dots and wildcards among it,
 * becomes `%` and its bytes in hex, as in a URL. Different texts have different tokens.
 * {@link tokenText} reads it back.
 *
 * @throws NatsTransportError `INVALID_SUBJECT` for half a surrogate pair, which has no bytes
 */
export function token(text: string): string {
  if (text === '') return EMPTY;
  try {
    return encodeURIComponent(text).replaceAll(/[!'()*.~]/g, percent);
  } catch (cause) {
    throw new NatsTransportError(
      'INVALID_SUBJECT',
      `Cannot make a token of ${quote(text)}: it contains half a surrogate pair.`,
      { cause },
    );
  }
}

/**
 * Gives the text that {@link token} has encoded, for example out of `ctx.params`.
 *
 * @throws NatsTransportError `INVALID_SUBJECT` for what `token()` gives for no text
 */
export function tokenText(encoded: string): string {
  if (encoded === EMPTY) return '';
  const text = decode(encoded);
  // one text has one token: "%41" must not pass for "A"
  if (text !== undefined && text !== '' && token(text) === encoded) return text;
  throw new NatsTransportError(
    'INVALID_SUBJECT',
    `Cannot read the token ${quote(encoded)}: token() makes none like it.`,
    { details: { subject: encoded } },
  );
}

function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
