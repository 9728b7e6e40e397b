import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { NatsMessageContext, Subscribe } from 'nestjs-nats';
import { LiveFeed } from './live-feed.js';
import { rejectionRow, reportRow } from './live-row.js';
import { Rejections } from './rejections.js';

/** Lines that may wait: with more, the newest are better than all. */
const MAX_PENDING = 1000;

/**
 * Listens in on what goes by, beside the savers and without taking anything from them: these are
 * subscriptions of core NATS, not consumers of the stream. Without a queue group, every dashboard
 * hears everything.
 */
@Controller()
export class LiveController {
  constructor(
    private readonly feed: LiveFeed,
    private readonly rejections: Rejections,
  ) {}

  // raw: also what is no JSON is worth seeing
  @Subscribe('logger.report.>', { queue: '', codec: 'raw', maxPending: MAX_PENDING })
  onReport(@Payload() bytes: Uint8Array, @Ctx() { subject }: NatsMessageContext): void {
    this.feed.add(reportRow(subject, bytes, new Date()));
  }

  @Subscribe('agent.rejected', { queue: '', maxPending: MAX_PENDING })
  onRejected(@Payload() payload: unknown): void {
    const rejection = rejectionRow(payload, new Date());
    this.rejections.add(rejection);
    this.feed.add(rejection);
  }
}
