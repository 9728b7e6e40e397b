import { Injectable } from '@nestjs/common';

/** Counts what this replica has done since it was started. */
@Injectable()
export class ReplicaWork {
  /** When it was started: ISO 8601, UTC. */
  readonly since = new Date().toISOString();
  private count = 0;

  /** Reports it has stored. */
  get stored(): number {
    return this.count;
  }

  add(reports: number): void {
    this.count += reports;
  }
}
