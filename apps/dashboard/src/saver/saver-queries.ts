import { Injectable } from '@nestjs/common';
import { InjectNatsClient, NatsClient } from 'nestjs-nats';
import { lastValueFrom, toArray } from 'rxjs';
import type {
  EventRow,
  FailureRow,
  MinuteCount,
  ReplicaAnswer,
  SaverAnswers,
  Stats,
} from './saver-answers.js';

/** How long a saver may take to answer, in milliseconds. */
const TIMEOUT_MS = 2000;
/** How long to wait for one more replica after the last that answered, in milliseconds. */
const STALL_MS = 200;
const MINUTES = 30;
const ROWS = 12;

/** Asks the savers; the database is theirs alone. */
@Injectable()
export class SaverQueries {
  constructor(@InjectNatsClient() private readonly nats: NatsClient) {}

  /**
   * Asks all there is to know. One saver answers each question, and every one who is there.
   *
   * @throws NatsTransportError `NO_RESPONDERS` when there is no saver, and as `request()` does
   */
  async all(): Promise<SaverAnswers> {
    const failed = { table: 'acceptance_status', status: 0, limit: ROWS };
    const [stats, minutes, latest, failures, replicas] = await Promise.all([
      this.ask<Stats>('stats', {}),
      this.ask<MinuteCount[]>('minutes', { minutes: MINUTES }),
      this.ask<EventRow[]>('latest', { table: 'realtime_warehousing', limit: ROWS }),
      this.ask<FailureRow[]>('latest', failed),
      this.replicas(),
    ]);
    return { stats, minutes, latest, failures, replicas };
  }

  private ask<T>(query: string, payload: object): Promise<T> {
    return this.nats.request<T>(`report.query.${query}`, payload, { timeoutMs: TIMEOUT_MS });
  }

  private replicas(): Promise<ReplicaAnswer[]> {
    const options = { timeoutMs: TIMEOUT_MS, stallMs: STALL_MS };
    const answers = this.nats.gather<ReplicaAnswer>('report.query.replicas', {}, options);
    return lastValueFrom(answers.pipe(toArray()));
  }
}
