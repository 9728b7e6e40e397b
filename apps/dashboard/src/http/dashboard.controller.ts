import { Body, Controller, Get, Header, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { EventStream } from 'app-kit/http/event-stream';
import { JsonBodyGuard } from 'app-kit/http/json-body.guard';
import { Shutdown } from 'app-kit/lifecycle/shutdown';
import type { Response } from 'express';
import { type Accepted, AgentClient } from '../agent/agent-client.js';
import { testEventSchema } from '../agent/test-event.schema.js';
import type { TestEvent } from '../agent/test-event.schema.js';
import { LiveFeed } from '../live/live-feed.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { Snapshots } from '../snapshot/snapshots.js';

/** What the page asks. */
@Controller('dashboard/v1')
export class DashboardController {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly feed: LiveFeed,
    private readonly agent: AgentClient,
    private readonly shutdown: Shutdown,
  ) {}

  /** Gives everything but the live tail. */
  @Get('snapshot')
  @Header('Cache-Control', 'no-store')
  snapshot(): Promise<Snapshot> {
    return this.snapshots.take();
  }

  /** Sends events: `snapshot` once a second, and `reports` as they go by. */
  @Get('live')
  live(@Res() response: Response): void {
    const events = new EventStream(response, this.shutdown.signal);
    const watching = this.snapshots.stream.subscribe((next) => events.send('snapshot', next));
    watching.add(this.feed.batches.subscribe((batch) => events.send('reports', batch)));
    events.closed.addEventListener('abort', () => watching.unsubscribe());
  }

  /** Reports an event through the agent, for people to try; only as JSON, so only from the page. */
  @Post('test-event')
  @HttpCode(200)
  @UseGuards(JsonBodyGuard)
  testEvent(@Body({ schema: testEventSchema }) event: TestEvent): Promise<Accepted> {
    return this.agent.report(event);
  }
}
