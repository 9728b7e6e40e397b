import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { NatsListener } from 'app-kit/nats/nats-listener';
import { Members } from './members.js';

const PERIOD_MS = 1000;

/** Tells every browser once a second that its instance is there, and whether NATS is. */
@Injectable()
export class Heartbeat implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly members: Members,
    private readonly listener: NatsListener,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => {
      const beat = { nats: this.listener.isListening ? 'connected' : 'away' };
      for (const session of this.members.all()) session.send('beat', beat);
    }, PERIOD_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }
}
