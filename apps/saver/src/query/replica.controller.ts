import { Controller, Inject } from '@nestjs/common';
import { Respond } from 'nestjs-nats';
import { SAVER_CONFIG } from '../config/saver.config.js';
import type { SaverConfig } from '../config/saver.config.js';
import { ReplicaWork } from '../report/replica-work.js';

/** A replica that is there, as it answers `report.query.replicas`. */
export interface ReplicaAnswer {
  replica: string;
  /** When it was started: ISO 8601, UTC. */
  since: string;
  /** Reports it has stored since. */
  stored: number;
}

/** Answers the question that goes to every replica: who is there. */
@Controller()
export class ReplicaController {
  constructor(
    private readonly work: ReplicaWork,
    @Inject(SAVER_CONFIG) private readonly config: SaverConfig,
  ) {}

  /** Has no queue group, so that every replica answers; `gather()` collects the answers. */
  @Respond('report.query.replicas', { queue: '' })
  replica(): ReplicaAnswer {
    return { replica: this.config.name, since: this.work.since, stored: this.work.stored };
  }
}
