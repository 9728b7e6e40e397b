import { within } from '../../connection/within.js';
import { quote } from '../../errors/quote.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import type { JetStreamApi } from '../api/js-api.js';

/** Is how long an explanation holds, in milliseconds. */
const REMEMBER_MS = 1_000;
/** Is for how many subjects it is asked; for further ones it is only said that it may pass. */
const MAX_REMEMBERED = 64;

/** Why nobody took a message; `error` is what asking has led to, if it was asked. */
type Verdict = 'noStream' | 'noLeader' | { readonly error?: unknown };

const NOT_ASKED: Verdict = {};

interface Explanation {
  readonly verdict: Promise<Verdict>;
  expiresAt: number;
}

/**
 * Finds out why no stream answers a message: the server says "no responders" when no stream takes
 * the subject, when the stream has no leader, and when JetStream is off.
 *
 * It asks the server, once a second for each subject: a storm of such messages meets a server that is
 * in trouble.
 */
export class AbsentStreams {
  private readonly known = new Map<string, Explanation>();

  constructor(private readonly api: JetStreamApi) {}

  /**
   * Says why nobody took a message; nothing was stored. It does not take longer than `timeoutMs`.
   *
   * @returns `STREAM_NOT_FOUND`, `JETSTREAM_DISABLED`, or `UNAVAILABLE`, which may pass
   */
  async explain(subject: string, stream: string, timeoutMs: number): Promise<NatsTransportError> {
    const late = (): Error => new Error(`No answer within ${timeoutMs} ms`);
    const verdict = await within(this.verdictOn(subject), timeoutMs, late).catch(
      (error: unknown): Verdict => ({ error }),
    );
    const what = `Cannot store the message on ${quote(subject)}`;
    const details = { subject, stream };
    if (verdict === 'noStream') {
      return new NatsTransportError(
        'STREAM_NOT_FOUND',
        `${what}: no stream takes the subject. Compare it with the subjects of the stream ` +
          `"${stream}", and check that the stream is there.`,
        { details },
      );
    }
    if (verdict === 'noLeader') {
      return new NatsTransportError(
        'UNAVAILABLE',
        `${what}: its stream does not answer, as it has no leader at this moment. Nothing was ` +
          'stored; try again later.',
        { details },
      );
    }
    const { error: cause } = verdict;
    if (isNatsTransportError(cause, 'JETSTREAM_DISABLED')) {
      return new NatsTransportError(cause.code, `${what}: ${cause.message}`, { cause, details });
    }
    return new NatsTransportError(
      'UNAVAILABLE',
      `${what}: no stream answers, and the server does not say why. Nothing was stored.`,
      { cause, details },
    );
  }

  private verdictOn(subject: string): Promise<Verdict> {
    const now = performance.now();
    const found = this.known.get(subject);
    if (found !== undefined && found.expiresAt > now) return found.verdict;
    this.forget(now);
    if (this.known.size >= MAX_REMEMBERED) return Promise.resolve(NOT_ASKED);
    const explanation: Explanation = { verdict: this.ask(subject), expiresAt: Infinity };
    this.known.set(subject, explanation);
    void explanation.verdict.then(() => (explanation.expiresAt = performance.now() + REMEMBER_MS));
    return explanation.verdict;
  }

  private forget(now: number): void {
    for (const [subject, { expiresAt }] of this.known) {
      if (expiresAt <= now) this.known.delete(subject);
    }
  }

  private async ask(subject: string): Promise<Verdict> {
    try {
      const { streams } = await this.api.request<{ streams?: string[] | null }>(
        'STREAM.NAMES',
        { subject },
        'Cannot look for its stream',
      );
      return Array.isArray(streams) && streams.length > 0 ? 'noLeader' : 'noStream';
    } catch (error) {
      return { error };
    }
  }
}
