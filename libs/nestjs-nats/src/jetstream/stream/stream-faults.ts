import { describe, quote } from '../../errors/quote.js';
import { overlap } from '../../subject/filter.js';
import { nameFault } from '../api/name-fault.js';
import { isRecord, settingFaults } from '../api/setting-checks.js';
import { resolveStream } from './resolve-stream.js';
import { combinationFaults } from './stream-combinations.js';
import type { StreamDeclaration } from './stream-declaration.js';
import { NOT_DECLARED, STREAM_SETTINGS } from './stream-settings.js';

/**
 * Says what is wrong with the streams an application declares, all of it at once: each setting by
 * itself, settings that cannot stand together, and streams that would take the same subjects.
 */
export function streamFaults(streams: unknown): string[] {
  if (!Array.isArray(streams)) return [`streams: expected a list, got ${describe(streams)}`];
  const declared = streams.map((stream: unknown, i) => read(stream, `streams[${i}]`));
  return [...declared.flatMap(({ faults }) => faults), ...betweenStreams(declared)];
}

interface Declared {
  /** How errors call the stream. */
  readonly label: string;
  readonly name: unknown;
  readonly subjects: readonly string[];
  readonly faults: readonly string[];
}

function read(stream: unknown, place: string): Declared {
  if (!isRecord(stream)) {
    const fault = `${place}: expected an object, got ${describe(stream)}`;
    return { label: place, name: undefined, subjects: [], faults: [fault] };
  }
  const { name } = stream;
  const label = nameFault(name) === undefined ? `streams.${String(name)}` : place;
  const inSettings = settingFaults({ name, ...stream }, STREAM_SETTINGS, NOT_DECLARED);
  if (name === undefined) inSettings.unshift('name: expected the name of the stream');
  // what is wrong by itself makes no sense together with the rest
  const faults =
    inSettings.length > 0
      ? inSettings
      : combinationFaults(resolveStream(stream as unknown as StreamDeclaration));
  return {
    label,
    name,
    subjects: inSettings.length > 0 ? [] : ((stream['subjects'] ?? []) as string[]),
    faults: faults.map((fault) => `${label}.${fault}`),
  };
}

function betweenStreams(streams: readonly Declared[]): string[] {
  return streams.flatMap((stream, i) =>
    streams.slice(0, i).flatMap((earlier) => {
      if (stream.name !== undefined && stream.name === earlier.name) {
        return [`streams[${i}].name: ${quote(stream.name)} is declared already`];
      }
      return stream.subjects.flatMap((subject) =>
        earlier.subjects
          .filter((other) => overlap(subject, other))
          .map(
            (other) =>
              `${stream.label}.subjects: ${quote(subject)} overlaps with ${quote(other)} of ` +
              `${quote(earlier.name)}; a subject belongs to one stream`,
          ),
      );
    }),
  );
}
