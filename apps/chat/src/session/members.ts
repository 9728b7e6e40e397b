import { Injectable } from '@nestjs/common';
import type { Session } from './session.js';

/** Who is here on this instance. */
@Injectable()
export class Members {
  private readonly sessions = new Map<string, Session>();

  /** How many there are. */
  get count(): number {
    return this.sessions.size;
  }

  /** Adds somebody. @returns whether the name was free here */
  add(session: Session): boolean {
    if (this.all().some(({ user }) => user === session.user)) return false;
    this.sessions.set(session.id, session);
    return true;
  }

  remove({ id }: Session): void {
    this.sessions.delete(id);
  }

  find(id: string): Session | undefined {
    return this.sessions.get(id);
  }

  all(): Session[] {
    return [...this.sessions.values()];
  }

  inRoom(room: string): Session[] {
    return this.all().filter((session) => session.room === room);
  }

  /** The rooms with somebody in them. */
  rooms(): Set<string> {
    return new Set(this.all().map(({ room }) => room));
  }
}
