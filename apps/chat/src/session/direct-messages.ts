import { Injectable, Logger } from '@nestjs/common';
import {
  InjectNatsClient,
  isNatsTransportError,
  NatsClient,
  NatsStrategy,
  type Registration,
  token,
} from 'nestjs-nats';
import { z } from 'zod';
import { chatName, chatText } from './names.js';
import type { Session } from './session.js';

const TIMEOUT_MS = 2000;
/** One of those who, against the odds, took the same name at the same moment gets a message. */
const QUEUE = 'chat-user';

const incoming = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('probe') }),
  z.object({
    kind: z.literal('direct'),
    from: chatName,
    text: chatText,
    at: z.iso.datetime(),
    via: z.string().max(64),
  }),
]);

/** What is answered: an object, for not every codec can write a value of its own. */
const answer = z.object({ arrived: z.boolean() });
type Answer = z.output<typeof answer>;

/** A message to one user. */
export type DirectMessage = Omit<Extract<z.output<typeof incoming>, { kind: 'direct' }>, 'kind'>;

/** Somebody of that name is here already. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
}

/**
 * Point to point: each user has a subject, and the instance where the user is answers on it. So
 * whoever sends learns whether the message arrived, and that nobody is there when nobody is.
 */
@Injectable()
export class DirectMessages {
  private readonly logger = new Logger(DirectMessages.name);

  constructor(
    @InjectNatsClient() private readonly nats: NatsClient,
    private readonly strategy: NatsStrategy,
  ) {}

  /**
   * Begins to receive messages for somebody.
   *
   * @throws NameTakenError when somebody else does, on whichever instance
   */
  async open(session: Session): Promise<Registration> {
    if (await this.ask(session.user, { kind: 'probe' })) {
      throw new NameTakenError(`${session.user} is here already. Choose another name.`);
    }
    const receive = (payload: unknown): Answer => ({ arrived: this.receive(session, payload) });
    const options = { respond: true, queue: QUEUE, concurrency: 1 };
    return this.strategy.registerSubscriber(subjectOf(session.user), receive, options);
  }

  /** Sends a message to one user. @returns whether it arrived; not, when nobody of that name is here */
  send(to: string, message: DirectMessage): Promise<boolean> {
    return this.ask(to, { kind: 'direct', ...message });
  }

  private receive(session: Session, payload: unknown): boolean {
    const { success, data } = incoming.safeParse(payload);
    if (!success) {
      this.logger.debug(`Something that is no message came for ${session.user}`);
      return false;
    }
    const { kind, ...message } = data;
    if (kind === 'direct') session.send('direct', { ...message, to: session.user });
    return true;
  }

  private async ask(user: string, payload: unknown): Promise<boolean> {
    try {
      const options = { timeoutMs: TIMEOUT_MS };
      const reply = await this.nats.request(subjectOf(user), payload, options);
      return answer.safeParse(reply).data?.arrived === true;
    } catch (error) {
      if (isNatsTransportError(error, 'NO_RESPONDERS')) return false;
      throw error;
    }
  }
}

/** Whatever characters a name has, it is one token. */
function subjectOf(user: string): string {
  return `chat.user.${token(user)}`;
}
