import type { RejectionCounts } from '../live/rejections.js';
import type { EventRow, FailureRow, MinuteCount, SaverAnswers } from '../saver/saver-answers.js';
import { sharesOf } from './shares.js';
import type { Standing } from './standing.js';

/** A replica of the saver, with its part of the work. */
export interface ReplicaShare {
  readonly replica: string;
  /** Rows it has stored, ever. */
  readonly rows: number;
  /** Its part in all rows; those of all replicas add up to 100. */
  readonly percent: number;
  /** Since when it runs, or nothing when it is not there. */
  readonly since: string | null;
}

/** What the savers know. */
export interface SaverView {
  /** When they said so: ISO 8601, UTC. */
  readonly asOf: string;
  /** Messages that the stream has taken. */
  readonly received: number;
  /** Those that are not stored yet. */
  readonly waiting: number;
  /** Reports in the tables, those that failed among them. */
  readonly stored: number;
  /** Reports that could not be read: rows with the reason, and dead letters. */
  readonly failed: number;
  /** Those of them that are dead letters, and in no table. */
  readonly deadLetters: number;
  readonly replicas: readonly ReplicaShare[];
  readonly minutes: readonly MinuteCount[];
  readonly latest: readonly EventRow[];
  readonly failures: readonly FailureRow[];
}

/** Everything the page shows, but the live tail. */
export interface Snapshot extends Standing {
  /** When it was made: ISO 8601, UTC. */
  readonly at: string;
  /** What the savers said last; nothing before they have said anything. */
  readonly saverView: SaverView | null;
  readonly rejections: RejectionCounts;
  /** Whether there is an agent to send test events to. */
  readonly canReport: boolean;
}

const MAX_TEXT_CHARS = 300;

/** Lays out what the savers have answered. */
export function saverView(answers: SaverAnswers, at: Date): SaverView {
  const { received, waiting, total, failed, deadLetters, byReplica } = answers.stats;
  const present = new Map(answers.replicas.map(({ replica, since }) => [replica, since]));
  const names = [...new Set([...Object.keys(byReplica), ...present.keys()])].toSorted();
  const percents = sharesOf(names.map((name) => byReplica[name] ?? 0));
  return {
    asOf: at.toISOString(),
    received,
    waiting,
    stored: total,
    failed: failed + deadLetters,
    deadLetters,
    replicas: names.map((replica, index) => ({
      replica,
      rows: byReplica[replica] ?? 0,
      percent: percents[index]!,
      since: present.get(replica) ?? null,
    })),
    minutes: answers.minutes,
    latest: answers.latest.map((row) => ({ ...row, reportData: cut(row.reportData) })),
    failures: answers.failures.map((row) => ({
      ...row,
      reportData: cut(row.reportData),
      errorReason: cut(row.errorReason),
    })),
  };
}

function cut(text: string): string {
  return text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text;
}
