import { Body, Controller, Get, HttpCode, Post, Query, Res, UseGuards } from '@nestjs/common';
import { EventStream } from 'app-kit/http/event-stream';
import { JsonBodyGuard } from 'app-kit/http/json-body.guard';
import { Shutdown } from 'app-kit/lifecycle/shutdown';
import type { Response } from 'express';
import type { DirectMessage } from '../session/direct-messages.js';
import { entrySchema } from '../session/names.js';
import { Session } from '../session/session.js';
import { Sessions } from '../session/sessions.js';
import { type Said, saidSchema, Talk } from '../session/talk.js';

/** What the page asks. */
@Controller('chat/v1')
export class ChatController {
  constructor(
    private readonly sessions: Sessions,
    private readonly talk: Talk,
    private readonly shutdown: Shutdown,
  ) {}

  /**
   * Comes in; who leaves closes the stream. Events: `welcome` or `refused`, then `message`, `direct`,
   * `joined`, `left`, `people`, and a `beat` every second.
   */
  @Get('stream')
  async stream(
    @Query('user') user: unknown,
    @Query('room') room: unknown,
    @Res() response: Response,
  ): Promise<void> {
    const stream = new EventStream(response, this.shutdown.signal);
    const entry = entrySchema.safeParse({ user, room });
    if (entry.success) {
      await this.sessions.run(new Session(entry.data.user, entry.data.room, stream), stream);
      return;
    }
    const { path, message } = entry.error.issues[0]!;
    // an answer of another status would tell a browser's EventSource nothing but that it failed
    stream.send('refused', { reason: `${path.join('.')}: ${message}`, isFinal: true });
    stream.end();
  }

  /** Says something. */
  @Post('messages')
  @HttpCode(200)
  @UseGuards(JsonBodyGuard)
  say(@Body({ schema: saidSchema }) said: Said): Promise<DirectMessage> {
    return this.talk.say(said);
  }
}
