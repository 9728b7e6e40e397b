import type { SharedConnection } from '../../connection/shared-connection.js';
import { headerBytes } from '../../core/encoded-headers.js';
import { type Requester, requesterOf } from '../../core/requester.js';
import type { NatsErrorCode } from '../../errors/codes.js';
import { isNatsTransportError } from '../../errors/transport-error.js';
import { readHeaders } from '../../message/headers.js';
import { store } from '../api/store.js';
import type { DeliveredMessage } from '../pull/delivery.js';
import { deadLetterMessage, type DeadMessage, type Death } from './dead-letter-message.js';

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
 * full, or the connection is down, it tries again until it succeeds or is stopped. Whoever waits
 * keeps the message alive meanwhile, and settles it only afterwards, so that it is always in one
 * place at least.
 */
export class DeadLetterPublisher {
  private readonly requester: Requester;
  private readonly pauses = new Set<() => void>();
  private stopped = false;

  constructor(
    private readonly shared: SharedConnection,
    private readonly options: DeadLetterPublisherOptions,
  ) {
    this.requester = requesterOf(shared);
  }

  /**
   * Stores a dead letter. Never rejects.
   *
   * @param subject where dead letters go
   * @returns whether it is stored; `false` when the publisher was stopped and it failed, or when no stream
   * takes the message in any form: let it come again then, in the second case after a long while
   */
  async publish(dead: DeadMessage, death: Death, subject: string): Promise<boolean> {
    let refusals = 0;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
      try {
        await this.tryOnce(dead, death, subject);
        return true;
      } catch (error) {
        this.options.report({ dead, subject, error });
        if (isRefusal(error) && ++refusals === MAX_REFUSALS) return false;
      }
      await this.pause(Math.min(pauseMs, LONGEST_PAUSE_MS));
      if (this.stopped) return false;
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
