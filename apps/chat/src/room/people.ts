import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectNatsClient, NatsClient } from 'nestjs-nats';
import { lastValueFrom, toArray } from 'rxjs';
import { z } from 'zod';
import { chatName } from '../session/names.js';
import { Members } from '../session/members.js';

/** Somebody in a room, and by which instance. */
export interface Person {
  readonly user: string;
  readonly instance: string;
}

const answer = z.object({ instance: z.string().max(64), users: z.array(chatName) });
/** What an instance answers when it is asked who is in a room. */
export type WhoAnswer = z.output<typeof answer>;

const TIMEOUT_MS = 1000;
const STALL_MS = 150;
/** Several who come at once are one change. */
const SETTLE_MS = 50;
/** An instance that has died does not say who has left. */
const AGAIN_MS = 5000;

/** Knows who is in a room, wherever they are, and tells those who are here. */
@Injectable()
export class People implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(People.name);
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectNatsClient() private readonly nats: NatsClient,
    private readonly members: Members,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => {
      for (const room of this.members.rooms()) this.refresh(room);
    }, AGAIN_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    for (const timer of this.waiting.values()) clearTimeout(timer);
  }

  /** Asks all instances who is in a room, and tells those who are in it here. */
  refresh(room: string): void {
    if (this.waiting.has(room)) return;
    const timer = setTimeout(() => {
      this.waiting.delete(room);
      void this.update(room);
    }, SETTLE_MS);
    this.waiting.set(room, timer);
  }

  private async update(room: string): Promise<void> {
    try {
      const people = await this.inRoom(room);
      for (const session of this.members.inRoom(room)) session.send('people', { people });
    } catch (error) {
      // whoever is here knows already that NATS is away; it is asked again
      this.logger.debug(`Nobody knows who is in a room: ${String(error)}`);
    }
  }

  private async inRoom(room: string): Promise<Person[]> {
    const options = { timeoutMs: TIMEOUT_MS, stallMs: STALL_MS };
    const asked = this.nats.gather<unknown>('chat.who', { room }, options);
    const answers = await lastValueFrom(asked.pipe(toArray()));
    return answers
      .flatMap((each) => answer.safeParse(each).data ?? [])
      .flatMap(({ instance, users }) => users.map((user) => ({ user, instance })))
      .toSorted((one, other) => one.user.localeCompare(other.user));
  }
}
