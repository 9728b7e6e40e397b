import { Injectable } from '@nestjs/common';
import type { rejectionRow } from './live-row.js';

/** A report that an agent has refused. */
export type Rejection = ReturnType<typeof rejectionRow>;

/** What is known of the reports that agents have refused. */
export interface RejectionCounts {
  /** Since when they are counted, which is when this dashboard was started: ISO 8601, UTC. */
  readonly since: string;
  readonly count: number;
  /** The latest, newest first. */
  readonly latest: readonly Rejection[];
}

const KEPT = 12;

/**
 * Counts the reports that agents refuse. They are stored nowhere, so that nobody can fill a database
 * with them: whoever is not there does not hear of one.
 */
@Injectable()
export class Rejections {
  private readonly since = new Date().toISOString();
  private count = 0;
  private latest: Rejection[] = [];

  add(rejection: Rejection): void {
    this.count++;
    this.latest = [rejection, ...this.latest].slice(0, KEPT);
  }

  counts(): RejectionCounts {
    return { since: this.since, count: this.count, latest: this.latest };
  }
}
