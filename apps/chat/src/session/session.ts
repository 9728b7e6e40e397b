import { randomBytes } from 'node:crypto';
import type { EventStream } from 'app-kit/http/event-stream';

const MESSAGES = 20;
const IN_MS = 10_000;

/** Somebody who is here: a name in a room, and the stream to the browser. */
export class Session {
  /** Known to this user's browser alone: whoever knows it talks as this user. */
  readonly id = randomBytes(18).toString('base64url');
  private talkedAt: number[] = [];

  constructor(
    readonly user: string,
    readonly room: string,
    private readonly stream: EventStream,
  ) {}

  /** Sends an event to the browser. */
  send(event: string, data: unknown): void {
    this.stream.send(event, data);
  }

  /** Tells whether this user may say something now, which then counts: 20 messages in ten seconds. */
  mayTalk(now = Date.now()): boolean {
    this.talkedAt = this.talkedAt.filter((at) => at > now - IN_MS);
    if (this.talkedAt.length >= MESSAGES) return false;
    this.talkedAt.push(now);
    return true;
  }
}
