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

/** Tells what keeps a loop from its messages, once for each kind of cause, and once when that is over. */
export class PullIncident {
  private passingSince: number | undefined;
  private readonly named = new Set<NatsErrorCode | undefined>();
  private told = true;
  private cause: unknown;

  /** @param report hears `'missing'`, `'stalled'` and `'ready'` */
  constructor(private readonly report: (event: PullEvent) => void) {}

  /** What is in the way now; nothing when it is over. */
  get trouble(): unknown {
    return this.cause;
  }

  /** Something has failed that is tried again. */
  failed(error: unknown): void {
    const code = isNatsTransportError(error) ? error.code : undefined;
    if (this.mayPass(code)) return;
    this.told = true;
    this.cause = error;
    if (this.named.has(code)) return;
    this.named.add(code);
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
    this.passingSince = undefined;
    this.named.clear();
    this.cause = undefined;
    if (!this.told) return;
    this.told = false;
    this.report({ type: 'ready', ...names });
  }

  private mayPass(code: NatsErrorCode | undefined): boolean {
    if (code === undefined || !PASSING.has(code)) {
      this.passingSince = undefined;
      return false;
    }
    const now = performance.now();
    this.passingSince ??= now;
    return now - this.passingSince < GRACE_MS;
  }
}
