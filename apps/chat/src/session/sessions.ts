import { once } from 'node:events';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger } from '@nestjs/common';
import type { EventStream } from 'app-kit/http/event-stream';
import { NatsListener } from 'app-kit/nats/nats-listener';
import { isNatsTransportError, type Registration } from 'nestjs-nats';
import { CHAT_CONFIG } from '../config/chat.config.js';
import type { ChatConfig } from '../config/chat.config.js';
import { Rooms } from '../room/rooms.js';
import { DirectMessages, NameTakenError } from './direct-messages.js';
import { Members } from './members.js';
import { Session } from './session.js';

const MAX_SESSIONS = 1000;

/** Lets people in and out. */
@Injectable()
export class Sessions implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Sessions.name);
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly members: Members,
    private readonly direct: DirectMessages,
    private readonly rooms: Rooms,
    private readonly listener: NatsListener,
    @Inject(CHAT_CONFIG) private readonly config: ChatConfig,
  ) {}

  /** Those who are here leave while NATS is still there to tell the others. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.running);
  }

  /** Lets somebody in, and resolves when that one has left, or was not let in. */
  async run(session: Session, stream: EventStream): Promise<void> {
    const stay = this.stay(session, stream).catch((error: unknown) => {
      const { reason, isFinal } = refusalOf(error);
      if (!isFinal) this.logger.warn(`Somebody could not come in: ${String(error)}`);
      stream.send('refused', { reason, isFinal });
      stream.end();
    });
    this.running.add(stay);
    await stay;
    this.running.delete(stay);
  }

  private async stay(session: Session, stream: EventStream): Promise<void> {
    const { user, room } = session;
    if (!this.listener.isListening) throw new Error('NATS is not connected.');
    if (this.members.count >= MAX_SESSIONS) throw new NameTakenError('This chat is full.');
    if (!this.members.add(session)) {
      throw new NameTakenError(`${user} is here already. Choose another name.`);
    }
    let registration: Registration | undefined;
    let hasEntered = false;
    try {
      registration = await this.direct.open(session);
      hasEntered = true;
      await this.rooms.enter(room);
      session.send('welcome', { session: session.id, user, room, instance: this.config.name });
      await this.rooms.tell(room, { kind: 'joined', user, at: new Date().toISOString() });
      if (!stream.closed.aborted) await once(stream.closed, 'abort');
    } finally {
      // first, so that whoever asks who is here is told the truth
      this.members.remove(session);
      await registration?.remove();
      if (hasEntered) await this.rooms.leave(room);
      await this.tellOfLeaving(session);
    }
  }

  private async tellOfLeaving({ user, room }: Session): Promise<void> {
    try {
      await this.rooms.tell(room, { kind: 'left', user, at: new Date().toISOString() });
    } catch (error) {
      // the others notice when they next ask who is here
      this.logger.debug(`Nobody was told that somebody has left: ${String(error)}`);
    }
  }
}

function refusalOf(error: unknown): { reason: string; isFinal: boolean } {
  if (error instanceof NameTakenError) return { reason: error.message, isFinal: true };
  if (isNatsTransportError(error, 'INVALID_SUBJECT')) {
    return { reason: 'That name is too long.', isFinal: true };
  }
  return { reason: 'NATS cannot be reached.', isFinal: false };
}
