import { Injectable, Logger } from '@nestjs/common';
import { InjectNatsClient, NatsClient, NatsStrategy, type Registration } from 'nestjs-nats';
import { Members } from '../session/members.js';
import { People } from './people.js';
import { roomMessage, type RoomMessage, roomSubject } from './room-message.js';

/** A room with somebody in it. */
interface OpenRoom {
  members: number;
  readonly registration: Promise<Registration>;
}

/**
 * Publish and subscribe: every instance with somebody in a room subscribes to it once, without a queue
 * group, and passes on what comes to those who are in it here.
 */
@Injectable()
export class Rooms {
  private readonly logger = new Logger(Rooms.name);
  private readonly open = new Map<string, OpenRoom>();

  constructor(
    @InjectNatsClient() private readonly nats: NatsClient,
    private readonly strategy: NatsStrategy,
    private readonly members: Members,
    private readonly people: People,
  ) {}

  /** Begins to listen, when this is the first one here in that room. */
  async enter(room: string): Promise<void> {
    const open = this.open.get(room) ?? this.subscribe(room);
    open.members++;
    await open.registration;
  }

  /** Ends listening, when this was the last one here in that room. */
  async leave(room: string): Promise<void> {
    const open = this.open.get(room);
    if (open === undefined || --open.members > 0) return;
    this.open.delete(room);
    await (await open.registration).remove();
  }

  /**
   * Says something to everybody in a room; those who say it hear it like all others.
   *
   * @throws NatsTransportError when the server has not processed it
   */
  async tell(room: string, message: RoomMessage): Promise<void> {
    await this.nats.publish(roomSubject(room), message, { confirm: 'flush' });
  }

  private subscribe(room: string): OpenRoom {
    const receive = (payload: unknown): void => {
      // the last one may have left, and the next one come, while this was on its way out
      if (this.open.get(room) === open) this.pass(room, payload);
    };
    // one after the other, so that everybody sees them in one order
    const options = { queue: '', concurrency: 1 };
    const registration = this.strategy.registerSubscriber(roomSubject(room), receive, options);
    const open = { members: 0, registration };
    this.open.set(room, open);
    return open;
  }

  private pass(room: string, payload: unknown): void {
    const { success, data } = roomMessage.safeParse(payload);
    if (!success) {
      this.logger.debug('Something that is no message came into a room');
      return;
    }
    for (const session of this.members.inRoom(room)) session.send(data.kind, data);
    if (data.kind !== 'message') this.people.refresh(room);
  }
}
