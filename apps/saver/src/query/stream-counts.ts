import { jetstreamManager } from '@nats-io/jetstream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  DeadLetters,
  InjectNatsClient,
  isNatsTransportError,
  NatsClient,
  NatsSharedConnection,
} from 'nestjs-nats';
import { REPORTS } from '../report/report-stream.js';

/** What became of the messages of the stream. */
export interface StreamCounts {
  /** Messages that the stream has taken since it was made. */
  received: number;
  /** Those of them that no replica has stored yet. */
  waiting: number;
  /** Those that no replica can read: they are kept as dead letters. */
  deadLetters: number;
}

/** Counts what is in the stream of reports, and what has gone through it. */
@Injectable()
export class StreamCounter implements OnApplicationShutdown {
  private readonly deadLetters: DeadLetters;

  constructor(
    @InjectNatsClient() private readonly nats: NatsClient,
    connection: NatsSharedConnection,
  ) {
    this.deadLetters = new DeadLetters({ connection });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.deadLetters.close();
  }

  async count(): Promise<StreamCounts> {
    const manager = await jetstreamManager(await this.nats.connect(), { checkAPI: false });
    const [{ state }, deadLetters] = await Promise.all([
      manager.streams.info(REPORTS.name),
      this.countDeadLetters(),
    ]);
    return { received: state.last_seq, waiting: state.messages, deadLetters };
  }

  private async countDeadLetters(): Promise<number> {
    try {
      return await this.deadLetters.count();
    } catch (error) {
      // the first one makes the stream
      if (isNatsTransportError(error, 'STREAM_NOT_FOUND')) return 0;
      throw error;
    }
  }
}
