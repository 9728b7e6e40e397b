import { PullLane } from './pull-lane.js';

/** Is how many requests may be open at a time: the server keeps 512 for all processes of a consumer. */
const MAX_LANES = 4;

/** The lanes of a session: one to begin with, more when they are needed. */
export class PullLanes {
  private readonly lanes: PullLane[];
  private readonly max: number;

  /** @param maxWaiting how many requests the server keeps: it forgets further ones, and does not say so */
  constructor(
    private readonly make: () => PullLane,
    maxWaiting = MAX_LANES,
  ) {
    this.lanes = [make()];
    this.max = Math.min(maxWaiting, MAX_LANES);
  }

  /** How many messages may still come on all of them. */
  get credit(): number {
    let credit = 0;
    for (const lane of this.lanes) credit += lane.credit;
    return credit;
  }

  /** Gives one that can be asked, or nothing when all are busy. */
  free(): PullLane | undefined {
    const idle = this.lanes.find(({ credit }) => credit === 0);
    if (idle !== undefined || this.lanes.length === this.max) return idle;
    const lane = this.make();
    this.lanes.push(lane);
    return lane;
  }

  /** Is called once for every heartbeat. @returns whether the server has gone silent on one */
  tick(): boolean {
    // every lane counts, so each is asked
    return this.lanes.filter((lane) => lane.tick()).length > 0;
  }

  /** @throws NatsTransportError `PERMISSION_DENIED` */
  assertAccepted(): void {
    for (const lane of this.lanes) lane.assertAccepted();
  }

  /** Withdraws all requests; resolves when what the server had sent by then has been received. */
  async drain(timeoutMs: number): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.drain(timeoutMs)));
  }

  /** Withdraws all requests at once. */
  unsubscribe(): void {
    for (const lane of this.lanes) lane.unsubscribe();
  }
}
