import { randomUUID } from 'node:crypto';
import {
  BadRequestException,
  ForbiddenException,
  HttpException,
  HttpStatus,
  Inject,
  Injectable,
  NotFoundException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { isNatsTransportError } from 'nestjs-nats';
import { z } from 'zod';
import { CHAT_CONFIG } from '../config/chat.config.js';
import type { ChatConfig } from '../config/chat.config.js';
import { Rooms } from '../room/rooms.js';
import { DirectMessages, type DirectMessage } from './direct-messages.js';
import { Members } from './members.js';
import { chatName, chatText } from './names.js';
import type { Session } from './session.js';

/** What a browser sends: something to say, and to whom if it is not for the whole room. */
export const saidSchema = z.object({
  session: z.string().min(1).max(64),
  text: chatText,
  to: chatName.optional(),
});
export type Said = z.output<typeof saidSchema>;

/** Passes on what people say. */
@Injectable()
export class Talk {
  constructor(
    private readonly members: Members,
    private readonly rooms: Rooms,
    private readonly direct: DirectMessages,
    @Inject(CHAT_CONFIG) private readonly config: ChatConfig,
  ) {}

  /**
   * Says something to a room, or to one user.
   *
   * @throws HttpException with words for the one who says it
   */
  async say({ session: id, text, to }: Said): Promise<DirectMessage> {
    const session = this.members.find(id);
    if (session === undefined) throw new ForbiddenException('You are not here any more.');
    if (!session.mayTalk()) {
      throw new HttpException(
        'That was a lot at once. Wait a moment.',
        HttpStatus.TOO_MANY_REQUESTS,
      );
    }
    const message = {
      from: session.user,
      text,
      at: new Date().toISOString(),
      via: this.config.name,
    };
    try {
      await this.pass(session, message, to);
    } catch (error) {
      if (!isNatsTransportError(error)) throw error;
      throw new ServiceUnavailableException('NATS did not take it. Try again.', { cause: error });
    }
    return message;
  }

  private async pass(session: Session, message: DirectMessage, to?: string): Promise<void> {
    if (to === undefined) {
      await this.rooms.tell(session.room, { kind: 'message', id: randomUUID(), ...message });
      return;
    }
    if (to === session.user) throw new BadRequestException('That is you.');
    if (!(await this.direct.send(to, message))) throw new NotFoundException(`${to} is not here.`);
  }
}
