import {
  type Codec,
  compilePattern,
  covers,
  filterFault,
  isNatsTransportError,
  matches,
  NatsTransportError,
  overlap,
} from '../index.js';
import { CONTENT_TYPE, protobufCodec } from './protobuf-codec.js';
import { type ProtobufSchemas, schemasFault, throwSchemaFaults } from './schemas.js';

/**
 * Message types by subject. A key is a pattern as handlers have it, with the wildcards `*` and `>`
 * and named tokens. Where several match, the narrowest counts: `orders.*` before `orders.>`.
 */
export type ProtobufSubjectMap = Readonly<Record<string, ProtobufSchemas>>;

interface Entry {
  readonly key: string;
  readonly filter: string;
  readonly codec: Codec;
}

/**
 * Makes a codec that finds the message type by the subject.
 *
 * ```ts
 * protobufBySubject({ 'orders.*.created': OrderSchema, 'price.quote': { read: QuerySchema, write: QuoteSchema } })
 * ```
 *
 * @throws NatsTransportError `INVALID_OPTIONS` that names every key that is not legal, every type
 * that is none, and keys of which neither is the narrower
 */
export function protobufBySubject(types: ProtobufSubjectMap): Codec {
  const entries = narrowestFirst(entriesOf(types));
  const find = (code: 'ENCODE_FAILED' | 'DECODE_FAILED', subject: string): Codec => {
    const found = entries.find(({ filter }) => matches(filter, subject));
    if (found === undefined) throw noType(code, subject);
    return found.codec;
  };
  return {
    contentType: CONTENT_TYPE,
    encode: (value, subject) => find('ENCODE_FAILED', subject).encode(value, subject),
    decode: (bytes, subject) => find('DECODE_FAILED', subject).decode(bytes, subject),
  };
}

function entriesOf(types: ProtobufSubjectMap): Entry[] {
  const faults: string[] = [];
  const entries = Object.entries(types).flatMap(([key, schemas]): Entry[] => {
    const filter = filterOf(key, faults);
    const fault = schemasFault(schemas);
    if (fault !== undefined) faults.push(`${JSON.stringify(key)}: ${fault}`);
    if (filter === undefined || fault !== undefined) return [];
    return [{ key, filter, codec: protobufCodec(schemas) }];
  });
  entries.forEach((one, i) => {
    for (const other of entries.slice(i + 1)) {
      const problem = clash(one.filter, other.filter);
      if (problem === undefined) continue;
      faults.push(`${JSON.stringify(one.key)} and ${JSON.stringify(other.key)} ${problem}`);
    }
  });
  throwSchemaFaults(faults);
  return entries;
}

function filterOf(key: string, faults: string[]): string | undefined {
  const fault = filterFault(key);
  if (fault !== undefined) {
    faults.push(`${JSON.stringify(key)}: ${fault}`);
    return undefined;
  }
  try {
    return compilePattern(key).filter;
  } catch (error) {
    if (!isNatsTransportError(error, 'INVALID_SUBJECT')) throw error;
    faults.push(error.message);
    return undefined;
  }
}

function clash(one: string, other: string): string | undefined {
  if (one === other) return 'are the same';
  if (!overlap(one, other) || covers(one, other) || covers(other, one)) return undefined;
  return 'share subjects, and neither is the narrower, which would count';
}

/** Of entries that share subjects, one covers the other: the narrower is covered by more of them. */
function narrowestFirst(entries: readonly Entry[]): Entry[] {
  const depth = ({ filter }: Entry): number =>
    entries.filter((other) => covers(other.filter, filter)).length;
  return entries.toSorted((one, other) => depth(other) - depth(one));
}

function noType(code: 'ENCODE_FAILED' | 'DECODE_FAILED', subject: string): NatsTransportError {
  return new NatsTransportError(
    code,
    `No protobuf message type is declared for the subject ${JSON.stringify(subject)}.`,
    { details: { subject } },
  );
}
