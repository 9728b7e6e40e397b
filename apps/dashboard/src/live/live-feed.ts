import { Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { LiveRow } from './live-row.js';

/** Some lines of the live tail, the newest last. */
export interface LiveBatch {
  readonly rows: readonly LiveRow[];
  /** How many more there were, which nobody could have read in that time. */
  readonly skipped: number;
}

const BATCH_MS = 100;
const MAX_ROWS = 20;

/** Passes lines on to those who watch, a few times a second, however many there are. */
@Injectable()
export class LiveFeed {
  private readonly watchers = new Set<(batch: LiveBatch) => void>();
  private rows: LiveRow[] = [];
  private skipped = 0;
  private timer: NodeJS.Timeout | undefined;

  /** Lines from now on. */
  readonly batches = new Observable<LiveBatch>((observer) => {
    const watcher = (batch: LiveBatch): void => observer.next(batch);
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) this.drop();
    };
  });

  /** Adds a line; without watchers it is nothing. */
  add(row: LiveRow): void {
    if (this.watchers.size === 0) return;
    this.rows.push(row);
    if (this.rows.length > MAX_ROWS) {
      this.rows.shift();
      this.skipped++;
    }
    this.timer ??= setTimeout(() => this.flush(), BATCH_MS);
  }

  private flush(): void {
    const batch = { rows: this.rows, skipped: this.skipped };
    this.drop();
    for (const watcher of this.watchers) watcher(batch);
  }

  private drop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.rows = [];
    this.skipped = 0;
  }
}
