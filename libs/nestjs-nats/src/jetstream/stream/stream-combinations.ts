import { quote } from '../../errors/quote.js';
import { overlap } from '../../subject/filter.js';
import { printDuration } from '../api/print-setting.js';
import type { WantedStream } from './resolve-stream.js';

/** Says which settings of a stream cannot stand together; each by itself is right. */
export function combinationFaults(stream: WantedStream): string[] {
  return [
    ...originFaults(stream),
    ...subjectFaults(stream),
    ...discardFaults(stream),
    ...counterFaults(stream),
    ...otherFaults(stream),
  ];
}

function originFaults({ subjects = [], mirror, sources = [], first_seq }: WantedStream): string[] {
  const faults: string[] = [];
  if (mirror !== undefined) {
    if (subjects.length > 0)
      faults.push('subjects: a mirror has those of its origin; leave them out');
    if (sources.length > 0) faults.push('sources: a mirror has one origin; leave them out');
    if (first_seq) faults.push('first_seq: a mirror has the sequences of its origin; leave it out');
  } else if (subjects.length === 0 && sources.length === 0) {
    faults.push('subjects: expected at least one');
  }
  return faults;
}

function subjectFaults({ subjects = [], no_ack }: WantedStream): string[] {
  const faults = subjects.flatMap((subject, i) =>
    subjects
      .slice(0, i)
      .filter((other) => overlap(subject, other))
      .map((other) => `subjects: ${quote(subject)} overlaps with ${quote(other)}`),
  );
  if (no_ack === true) return faults;
  for (const subject of subjects) {
    const own = ['$JS.API.>', '$SYS.>'].find((space) => overlap(subject, space));
    if (own !== undefined) {
      faults.push(`subjects: ${quote(subject)} takes in ${quote(own)}, which are the server's own`);
    }
  }
  return faults;
}

function discardFaults(stream: WantedStream): string[] {
  if (stream.discard_new_per_subject !== true) return [];
  const faults: string[] = [];
  if (stream.discard !== 'new') faults.push("discard_new_per_subject: needs discard: 'new'");
  if ((stream.max_msgs_per_subject ?? -1) < 1) {
    faults.push('discard_new_per_subject: needs max_msgs_per_subject');
  }
  return faults;
}

function counterFaults(stream: WantedStream): string[] {
  if (stream.allow_msg_counter !== true) return [];
  const others: Record<string, boolean> = {
    [`retention: '${stream.retention}'`]: (stream.retention ?? 'limits') !== 'limits',
    "discard: 'new'": stream.discard === 'new',
    allow_msg_ttl: stream.allow_msg_ttl === true,
    allow_msg_schedules: stream.allow_msg_schedules === true,
  };
  return Object.keys(others)
    .filter((other) => others[other])
    .map((other) => `allow_msg_counter: a stream of counters cannot have ${other}`);
}

function otherFaults(stream: WantedStream): string[] {
  const { max_age = 0, duplicate_window = 0 } = stream;
  const faults: string[] = [];
  if (max_age > 0 && duplicate_window > max_age) {
    faults.push(
      `duplicate_window: ${printDuration(duplicate_window)} is longer than max_age, ` +
        printDuration(max_age),
    );
  }
  if (stream.allow_rollup_hdrs === true && stream.deny_purge === true) {
    faults.push('allow_rollup_hdrs: a rollup purges, which deny_purge forbids');
  }
  return faults;
}
