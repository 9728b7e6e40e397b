import type { RejectionCounts } from '../live/rejections.js';
import type { EventRow, FailureRow, MinuteCount, SaverAnswers } from '../saver/saver-answers.js';
import type { Standing } from './standing.js';

/** A replica of the saver, with its part of the work. */
export interface ReplicaShare {
  readonly replica: string;
  /** Rows it has stored. */
  readonly rows: number;
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
  /** Reports in the tables that did not fail. */
  readonly stored: number;
  /** Reports that could not be read: rows with the reason, and dead letters. */
  readonly failed: number;
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
  const names = new Set([...Object.keys(byReplica), ...present.keys()]);
  return {
    asOf: at.toISOString(),
    received,
    waiting,
    stored: total - failed,
    failed: failed + deadLetters,
    replicas: [...names].toSorted().map((replica) => ({
      replica,
      rows: byReplica[replica] ?? 0,
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
