import { Injectable, Logger } from '@nestjs/common';
import { InjectNatsClient, NatsClient } from 'nestjs-nats';
import type { HttpAnswer } from '../http/http-answer.js';

/** Where reports are posted. */
export const REPORT_PATH = 'agent/v1/report';

const SUBJECT = 'agent.rejected';
const MAX_NAME_CHARS = 128;
const MAX_MESSAGE_CHARS = 500;

/**
 * Tells whoever listens that a report was refused. Core NATS, at most once: a stream, let alone a
 * database, would let anybody without a key fill it.
 */
@Injectable()
export class Rejections {
  private readonly logger = new Logger(Rejections.name);

  constructor(@InjectNatsClient() private readonly nats: NatsClient) {}

  /** Returns at once: the client that is refused does not wait for it. */
  announce({ code, msg }: HttpAnswer, body: unknown): void {
    const rejection = {
      status: code,
      msg: msg.slice(0, MAX_MESSAGE_CHARS),
      eventName: eventNameOf(body)?.slice(0, MAX_NAME_CHARS),
    };
    this.nats.publish(SUBJECT, rejection).catch((error: unknown) => {
      this.logger.debug(`Nobody was told of a report that was refused: ${String(error)}`);
    });
  }
}

function eventNameOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('eventName' in body)) return undefined;
  return typeof body.eventName === 'string' ? body.eventName : undefined;
}
