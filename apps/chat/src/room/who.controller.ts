import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Respond } from 'nestjs-nats';
import { z } from 'zod';
import { CHAT_CONFIG } from '../config/chat.config.js';
import type { ChatConfig } from '../config/chat.config.js';
import { Members } from '../session/members.js';
import type { WhoAnswer } from './people.js';

const question = z.object({ room: z.string() });

/** Answers for this instance who is in a room. */
@Controller()
export class WhoController {
  constructor(
    private readonly members: Members,
    @Inject(CHAT_CONFIG) private readonly config: ChatConfig,
  ) {}

  /** Has no queue group, so that every instance answers; `gather()` collects the answers. */
  @Respond('chat.who', { queue: '' })
  who(@Payload({ schema: question }) { room }: z.output<typeof question>): WhoAnswer {
    const users = this.members.inRoom(room).map(({ user }) => user);
    return { instance: this.config.name, users };
  }
}
