/** The answer to `report.query.stats`, as far as it is looked at. */
export interface Stats {
  readonly received: number;
  readonly waiting: number;
  readonly deadLetters: number;
  readonly total: number;
  readonly failed: number;
  readonly byReplica: Readonly<Record<string, number>>;
}

/** An entry of the answer to `report.query.minutes`. */
export interface MinuteCount {
  readonly minute: string;
  readonly events: number;
  readonly failed: number;
}

/** A row of `report.query.latest` with `realtime_warehousing`. */
export interface EventRow {
  readonly msgId: string;
  readonly eventName: string;
  readonly reportData: string;
  readonly createTime: string;
  readonly receivedAt: string;
  readonly savedBy: string | null;
}

/** A row of `report.query.latest` with `acceptance_status`. */
export interface FailureRow {
  readonly msgId: string;
  readonly dataName: string;
  readonly reportData: string;
  readonly errorReason: string;
  readonly receivedAt: string;
  readonly savedBy: string | null;
}

/** What each replica answers to `report.query.replicas`. */
export interface ReplicaAnswer {
  readonly replica: string;
  readonly since: string;
  readonly stored: number;
}

/** What the savers answer, all of it. */
export interface SaverAnswers {
  readonly stats: Stats;
  readonly minutes: readonly MinuteCount[];
  readonly latest: readonly EventRow[];
  readonly failures: readonly FailureRow[];
  readonly replicas: readonly ReplicaAnswer[];
}
