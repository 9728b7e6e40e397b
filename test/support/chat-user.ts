import { EventStreamClient } from './event-stream.js';
import { waitFor } from './wait-for.js';

/** A message as a browser gets it. */
export interface ChatMessage {
  from: string;
  text: string;
  via: string;
  to?: string;
}

/** What `POST /chat/v1/messages` answers. */
export interface Sent {
  status: number;
  body: { message?: string | string[]; via?: string };
}

/** Somebody in a chat room, over HTTP. */
export class ChatUser {
  private constructor(
    readonly name: string,
    private readonly url: string,
    readonly stream: EventStreamClient,
  ) {}

  /** Comes in, without waiting for the answer. */
  static async knock(url: string, user: string, room: string): Promise<ChatUser> {
    const query = new URLSearchParams({ user, room });
    const stream = await EventStreamClient.open(`${url}/chat/v1/stream?${query.toString()}`);
    return new ChatUser(user, url, stream);
  }

  /** Comes in, and waits until that has been granted. */
  static async enter(url: string, name: string, room = 'lobby'): Promise<ChatUser> {
    const user = await ChatUser.knock(url, name, room);
    await waitFor(() => user.stream.of('welcome').length + user.refusals.length > 0, {
      what: `${name} to be let in`,
    });
    if (user.refusals.length > 0) throw new Error(`${name} was refused: ${user.refusals[0]}`);
    return user;
  }

  /** Why this one was not let in. */
  get refusals(): string[] {
    return this.stream.of<{ reason: string }>('refused').map(({ reason }) => reason);
  }

  /** What was said to the room. */
  get heard(): ChatMessage[] {
    return this.stream.of<ChatMessage>('message');
  }

  /** What was said to this one alone. */
  get told(): ChatMessage[] {
    return this.stream.of<ChatMessage>('direct');
  }

  /** Who is here, as this one was told last, each with the instance. */
  get people(): string[] {
    const last = this.stream.of<{ people: { user: string; instance: string }[] }>('people').at(-1);
    return (last?.people ?? []).map(({ user, instance }) => `${user} ${instance}`);
  }

  /** Whether this one's instance says that NATS is there. */
  get nats(): string | undefined {
    return this.stream.of<{ nats: string }>('beat').at(-1)?.nats;
  }

  /** Says something, to the room or to one user. */
  async say(text: string, to?: string): Promise<Sent> {
    const [welcome] = this.stream.of<{ session: string }>('welcome');
    return sayTo(this.url, { session: welcome?.session, text, to });
  }

  /** Leaves. */
  leave(): Promise<void> {
    return this.stream.close();
  }
}

/** Posts a message, good or bad. */
export async function sayTo(
  url: string,
  body: unknown,
  contentType = 'application/json',
): Promise<Sent> {
  const response = await fetch(`${url}/chat/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Sent['body'] };
}
