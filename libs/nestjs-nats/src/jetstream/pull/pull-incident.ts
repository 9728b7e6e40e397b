import type { NatsErrorCode } from '../../errors/codes.js';
import { isNatsTransportError } from '../../errors/transport-error.js';
import type { PullEvent } from './pull-events.js';
import type { ConsumerNames } from './pull-request.js';

/** What passes by itself when a server or a leader has just changed. */
const PASSING: ReadonlySet<NatsErrorCode> = new Set([
  'JETSTREAM_DISABLED',
  'TIMEOUT',
  'UNAVAILABLE',
]);

/** Is how long that may last before it is worth a word, in milliseconds. */
const GRACE_MS = 1_000;

/** Tells once what keeps a loop from its messages, and once when that is over. */
export class PullIncident {
  private since: number | undefined;
  private missing = false;
  private told = true;
  private cause: unknown;

  /** @param report hears `'missing'`, `'stalled'` and `'ready'` */
  constructor(private readonly report: (event: PullEvent) => void) {}

  /** What was reported last, until it is over. */
  get trouble(): unknown {
    return this.cause;
  }

  /** Something has failed that is tried again. */
  failed(error: unknown): void {
    const now = performance.now();
    this.since ??= now;
    const passing = isNatsTransportError(error) && PASSING.has(error.code);
    if (this.missing || (passing && now - this.since < GRACE_MS)) return;
    this.missing = true;
    this.told = true;
    this.cause = error;
    this.report({ type: 'missing', error });
  }

  /** The server does not answer. */
  stalled(error: Error): void {
    if (this.told) return;
    this.told = true;
    this.cause = error;
    this.report({ type: 'stalled', error });
  }

  /** Everything works, at first or again. */
  over(names: ConsumerNames): void {
    this.since = undefined;
    this.missing = false;
    this.cause = undefined;
    if (!this.told) return;
    this.told = false;
    this.report({ type: 'ready', ...names });
  }
}
