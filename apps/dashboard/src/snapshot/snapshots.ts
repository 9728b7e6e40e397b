import { AsyncResource } from 'node:async_hooks';
import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Observable } from 'rxjs';
import { DASHBOARD_CONFIG } from '../config/dashboard.config.js';
import type { DashboardConfig } from '../config/dashboard.config.js';
import { Rejections } from '../live/rejections.js';
import { SaverQueries } from '../saver/saver-queries.js';
import { type SaverView, saverView, type Snapshot } from './snapshot.js';
import { type Standing, standingOf, WELL } from './standing.js';

const PERIOD_MS = 1000;

/** Makes snapshots: one a second while somebody watches, for all who do. */
@Injectable()
export class Snapshots implements OnModuleDestroy {
  private readonly logger = new Logger(Snapshots.name);
  /** Rounds are nobody's: whoever watches first does not find them all in its trace. */
  private readonly rounds = new AsyncResource(Snapshots.name);
  private readonly watchers = new Set<(snapshot: Snapshot) => void>();
  private timer: NodeJS.Timeout | undefined;
  private pending: Promise<Snapshot> | undefined;
  private lastView: SaverView | null = null;
  private lastStanding = '';

  /** A snapshot at once, and one a second from then on. */
  readonly stream = new Observable<Snapshot>((observer) => {
    const watcher = (snapshot: Snapshot): void => observer.next(snapshot);
    this.watchers.add(watcher);
    this.rounds.runInAsyncScope(() => this.start());
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) this.stop();
    };
  });

  constructor(
    private readonly savers: SaverQueries,
    private readonly rejections: Rejections,
    @Inject(DASHBOARD_CONFIG) private readonly config: DashboardConfig,
  ) {}

  /** Makes a snapshot, one at a time: who asks meanwhile gets the same. */
  take(): Promise<Snapshot> {
    this.pending ??= this.make().finally(() => {
      this.pending = undefined;
    });
    return this.pending;
  }

  onModuleDestroy(): void {
    this.watchers.clear();
    this.stop();
  }

  private start(): void {
    void this.pass();
    this.timer ??= setInterval(() => void this.pass(), PERIOD_MS);
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async pass(): Promise<void> {
    const snapshot = await this.take();
    for (const watcher of this.watchers) watcher(snapshot);
  }

  /** Never fails: that the savers do not answer is what a snapshot tells. */
  private async make(): Promise<Snapshot> {
    const standing = await this.look();
    return {
      ...standing,
      at: new Date().toISOString(),
      saverView: this.lastView,
      rejections: this.rejections.counts(),
      canReport: this.config.agent !== undefined,
    };
  }

  private async look(): Promise<Standing> {
    try {
      this.lastView = saverView(await this.savers.all(), new Date());
      this.note(WELL);
      return WELL;
    } catch (error) {
      const standing = standingOf(error);
      this.note(standing, String(error));
      return standing;
    }
  }

  /** Logs changes only: it is asked every second. */
  private note(standing: Standing, reason?: string): void {
    const line = `NATS ${standing.nats}, saver ${standing.saver}`;
    if (line === this.lastStanding) return;
    this.lastStanding = line;
    if (reason === undefined) this.logger.log(line);
    else this.logger.warn(`${line}: ${reason}`);
  }
}
