import type { SharedConnection } from '../../connection/shared-connection.js';
import { headerBytes } from '../../core/encoded-headers.js';
import { type Requester, requesterOf } from '../../core/requester.js';
import type { NatsErrorCode } from '../../errors/codes.js';
import { isNatsTransportError } from '../../errors/transport-error.js';
import { readHeaders } from '../../message/headers.js';
import { store } from '../api/store.js';
import type { DeliveredMessage } from '../pull/delivery.js';
import { deadLetterMessage, type DeadMessage, type Death } from './dead-letter-message.js';
import { type StoringTrouble, StoringTroubles } from './storing-troubles.js';
import { WaitingRoom } from './waiting-room.js';

/** The first pause after a failure, in milliseconds; each further one is twice as long. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** How often a dead letter is tried that is refused for what it is, and not for how things are. */
const MAX_REFUSALS = 5;
const REFUSALS: readonly NatsErrorCode[] = [
  'INVALID_HEADER',
  'INVALID_SUBJECT',
  'PAYLOAD_TOO_LARGE',
];
/** Is the server's number for headers of more than 64 KiB. */
const HEADERS_TOO_LARGE = 10_097;

/** How one try has ended: `refused` for what the letter is, `failed` for how things are. */
type Try = 'stored' | 'refused' | 'failed';

/** A dead letter that could not be stored; it is tried again. */
export interface DeadLetterFailure {
  readonly dead: DeadMessage;
  /** The subject of dead letters that has not taken it. */
  readonly subject: string;
  readonly error: unknown;
}

/** How dead letters are published. */
export interface DeadLetterPublisherOptions {
  /** How long the stream may take to say that it has stored one, in milliseconds. */
  readonly timeoutMs: number;
  /** Hears of every failure. Must not throw. */
  readonly report: (failure: DeadLetterFailure) => void;
}

/**
 * Puts messages into the stream of dead letters, and does not give up: if that stream is missing or
 * full, or the connection is down, it tries again until it succeeds or is stopped, as long as there is
 * room to wait. Whoever waits keeps the message alive meanwhile, and settles it only afterwards, so that
 * it is always in one place at least.
 */
export class DeadLetterPublisher {
  private readonly requester: Requester;
  private readonly pauses = new Set<() => void>();
  private readonly storing = new StoringTroubles();
  private stopped = false;

  constructor(
    private readonly shared: SharedConnection,
    private readonly options: DeadLetterPublisherOptions,
  ) {
    this.requester = requesterOf(shared);
  }

  /** Where dead letters cannot be stored, until one is again or nobody tries any more. */
  get troubles(): StoringTrouble[] {
    return this.storing.all;
  }

  /**
   * Stores a dead letter. Never rejects.
   *
   * @param subject where dead letters go
   * @param room where it may wait after a first failure; without one as long as it takes
   * @returns whether it is stored; `false` when the publisher was stopped and it failed, when there is no
   * room to wait, or when no stream takes the message in any form: let it come again then, in the last
   * two cases after a long while
   */
  async publish(
    dead: DeadMessage,
    death: Death,
    subject: string,
    room = new WaitingRoom(Infinity),
  ): Promise<boolean> {
    // those that wait find out when there is room again
    if (room.isFull && this.storing.has(subject)) return false;
    const first = await this.tryAndTell(dead, death, subject);
    if (first === 'stored') return true;
    if (!room.enter()) return false;
    try {
      return await this.tryUntilStored(dead, death, subject, first);
    } finally {
      room.leave();
    }
  }

  /**
   * Tries nothing a second time any more. What handlers give up that come to their end now is tried
   * once; what is on its way is waited for by who has published it.
   */
  stop(): void {
    this.stopped = true;
    for (const wake of this.pauses) wake();
  }

  private async tryUntilStored(
    dead: DeadMessage,
    death: Death,
    subject: string,
    first: Try,
  ): Promise<boolean> {
    let refusals = first === 'refused' ? 1 : 0;
    for (let pauseMs = FIRST_PAUSE_MS; refusals < MAX_REFUSALS; pauseMs *= 2) {
      await this.pause(Math.min(pauseMs, LONGEST_PAUSE_MS));
      if (this.stopped) return false;
      const next = await this.tryAndTell(dead, death, subject);
      if (next === 'stored') return true;
      if (next === 'refused') refusals++;
    }
    return false;
  }

  private async tryAndTell(dead: DeadMessage, death: Death, subject: string): Promise<Try> {
    try {
      await this.tryOnce(dead, death, subject);
      this.storing.stored(subject);
      return 'stored';
    } catch (error) {
      this.options.report({ dead, subject, error });
      // others may fit
      if (isRefusal(error)) return 'refused';
      this.storing.failed(subject, error);
      return 'failed';
    }
  }

  private async tryOnce(dead: DeadMessage, death: Death, subject: string): Promise<void> {
    const { timeoutMs } = this.options;
    // another server may accept more, or less
    let limit = this.shared.current?.info?.max_payload ?? Infinity;
    for (;;) {
      const { payload, headers } = deadLetterMessage(dead, death, subject, limit);
      try {
        await store(this.requester, { subject, payload, headers, timeoutMs });
        return;
      } catch (error) {
        // the stream accepts less than the server: what is left out next, `limit` decides
        if (headers === undefined || !isTooLarge(error)) throw error;
        limit = payload.length + headerBytes(headers) - 1;
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    if (this.stopped) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.pauses.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.pauses.add(wake);
    });
  }
}

/** Takes a delivered message for dead. Headers that nobody can read are left out. */
export function deadMessageOf({ message, delivery }: DeliveredMessage): DeadMessage {
  return {
    subject: message.subject,
    payload: message.data,
    headers: readable(message),
    stream: delivery.stream,
    sequence: delivery.streamSequence,
    storedAtMs: delivery.storedAtMs,
    consumer: delivery.consumer,
  };
}

function readable(message: DeliveredMessage['message']): DeadMessage['headers'] {
  try {
    return readHeaders(message);
  } catch {
    // that they are malformed is why the message is dead, and the letter says so
    return undefined;
  }
}

function isTooLarge(error: unknown): boolean {
  if (!isNatsTransportError(error)) return false;
  return error.code === 'PAYLOAD_TOO_LARGE' || error.details['apiCode'] === HEADERS_TOO_LARGE;
}

function isRefusal(error: unknown): boolean {
  return isTooLarge(error) || (isNatsTransportError(error) && REFUSALS.includes(error.code));
}
