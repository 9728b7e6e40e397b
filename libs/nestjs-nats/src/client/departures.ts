import { remainder, within } from '../connection/within.js';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import type { MaybePromise } from '../message/payload.js';
import type { PreparedMessage } from './outgoing.js';

/** Lets messages leave in the order in which they came, also when some have to be waited for. */
export class Departures {
  private tail: Promise<void> | undefined;

  /** Settles when all that have come by now have left, or failed; there is none when all have. */
  get pending(): Promise<void> | undefined {
    return this.tail;
  }

  /**
   * Calls `send` with a message when it is ready and those before it have left or failed; before this
   * returns, if there is nothing to wait for. One that fails does so at once.
   *
   * @throws NatsTransportError `TIMEOUT` when those before it do not leave in the message's time
   */
  leave<T>(
    message: MaybePromise<PreparedMessage>,
    send: (message: PreparedMessage) => Promise<T>,
  ): Promise<T> {
    const before = this.tail;
    if (before === undefined && !(message instanceof Promise)) return send(message);
    const turn = inTurn(message, before);
    // hears of the turn before the tail does, and so sends before the next one has its turn
    const sent = turn.then(send);
    const tail = Promise.allSettled([before, turn]).then(() => {
      if (this.tail === tail) this.tail = undefined;
    });
    this.tail = tail;
    return sent;
  }
}

async function inTurn(
  message: MaybePromise<PreparedMessage>,
  before: Promise<void> | undefined,
): Promise<PreparedMessage> {
  const ready = await message;
  if (before === undefined) return ready;
  const { subject, timeoutMs, remainingMs = timeoutMs } = ready;
  const start = performance.now();
  await within(before, remainingMs, () => heldUp(subject, timeoutMs));
  return { ...ready, remainingMs: remainder(remainingMs, start) };
}

function heldUp(subject: string, timeoutMs: number): NatsTransportError {
  return new NatsTransportError(
    'TIMEOUT',
    `The event on ${quote(subject)} waited ${timeoutMs} ms for one before it, which is not ready yet. Nothing was sent.`,
    { details: { subject, timeoutMs } },
  );
}
