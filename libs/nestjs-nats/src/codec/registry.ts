import { NatsTransportError } from '../errors/transport-error.js';
import type { Codec } from './codec.js';
import { jsonCodec } from './json.js';
import { rawCodec } from './raw.js';
import { textCodec } from './text.js';

const BUILT_IN = { json: jsonCodec, text: textCodec, raw: rawCodec } as const;

/** The codecs that come with this package. */
export type CodecName = keyof typeof BUILT_IN;

/** A codec by name, or one of your own. */
export type CodecOption = CodecName | Codec;

/** Says what is wrong with a `codec` option, or nothing when it names or is a codec. */
export function codecFault(option: unknown): string | undefined {
  if (typeof option === 'string') {
    return Object.hasOwn(BUILT_IN, option)
      ? undefined
      : `${JSON.stringify(option)} is no codec; there are ${Object.keys(BUILT_IN).join(', ')}, or an object of your own`;
  }
  return isCodec(option)
    ? undefined
    : 'a codec is an object with contentType (a media type), encode() and decode()';
}

/** Finds the codec an option means. The option has been checked by {@link codecFault}. */
export function codecOf(option: CodecOption): Codec {
  return typeof option === 'string' ? BUILT_IN[option] : option;
}

/**
 * Chooses the codec of a message received: its `Content-Type` decides; without one, the `preferred`
 * codec of the handler or client.
 *
 * @throws NatsTransportError `DECODE_FAILED` for a type that no codec here reads
 */
export function codecFor(contentType: string | undefined, preferred: Codec): Codec {
  if (contentType === undefined || contentType === '') return preferred;
  const type = mediaType(contentType);
  if (type === mediaType(preferred.contentType)) return preferred;
  const found = Object.values(BUILT_IN).find((codec) => codec.contentType === type);
  if (found) return found;
  throw new NatsTransportError(
    'DECODE_FAILED',
    `No codec reads the content type ${JSON.stringify(contentType.slice(0, 80))}.`,
    { details: { contentType } },
  );
}

/** Drops parameters such as `; charset=utf-8`: media types compare without them and without case. */
function mediaType(contentType: string): string {
  return contentType.split(';', 1)[0]!.trim().toLowerCase();
}

// a media type as RFC 9110 has it, perhaps with parameters, all of it fit for a header
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?: *;[ -~]*)?$/;

function isCodec(value: unknown): value is Codec {
  if (typeof value !== 'object' || value === null) return false;
  const { contentType, encode, decode } = value as Partial<Codec>;
  return (
    typeof contentType === 'string' &&
    MEDIA_TYPE.test(contentType) &&
    typeof encode === 'function' &&
    typeof decode === 'function'
  );
}
