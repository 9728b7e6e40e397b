import type { Msg } from '@nats-io/transport-node';
import { firstReply } from '../../core/first-reply.js';
import { requesterOf } from '../../core/requester.js';
import { isNatsTransportError } from '../../errors/transport-error.js';
import { readHeaders } from '../../message/headers.js';
import type { PullLoopOptions, SingleActive } from './pull-options.js';
import { type ConsumerNames, encodePull, pullSubject } from './pull-request.js';

/** Is more than the header with the id takes. */
const TAIL_BYTES = 128;

/** Is how often a place is claimed within the time after which it is taken away. */
const CLAIMS = 3;

const CLAIM_TIMEOUT_MS = 1_000;

/**
 * Keeps the place of this process as the active one of its group.
 *
 * The server gives the process that it picks an id, which every request then shows. It takes the
 * place away when it has seen none for a while; so one is made also when there is no room for
 * messages, because handlers take long.
 */
export class PullPin {
  private current: string | undefined;
  private names: ConsumerNames | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: Pick<PullLoopOptions, 'api' | 'connection' | 'report'>,
    private readonly active: SingleActive,
  ) {}

  get group(): string {
    return this.active.group;
  }

  /** What shows that this process is the active one, if it is. */
  get id(): string | undefined {
    return this.current;
  }

  /** Takes the id from the first message that has come for this process. */
  learn(message: Msg, names: ConsumerNames): void {
    if (this.current !== undefined) return;
    const id = pinOf(message);
    if (id === undefined) return;
    this.current = id;
    this.names = names;
    this.options.report({ type: 'active' });
    const everyMs = Math.max(1, this.active.timeoutMs / CLAIMS);
    this.timer ??= setInterval(() => void this.claim(), everyMs).unref();
  }

  /** The server knows the id no more. */
  forget(): void {
    this.stopClaiming();
    if (this.current === undefined) return;
    this.current = undefined;
    this.options.report({ type: 'inactive' });
  }

  /** Lets the server pick another process at once. */
  async release(): Promise<void> {
    const { current, names } = this;
    this.forget();
    if (current === undefined || names === undefined) return;
    const { stream, consumer } = names;
    const what = `Cannot give up the place as the active process of the consumer "${consumer}"`;
    try {
      const body = { group: this.group };
      await this.options.api.request(`CONSUMER.UNPIN.${stream}.${consumer}`, body, what);
    } catch (error) {
      // the server gives it to another when the time is over
      this.options.report({ type: 'failed', error });
    }
  }

  /** Shows the id with a request that no message fits into. */
  private async claim(): Promise<void> {
    const { current, names } = this;
    if (current === undefined || names === undefined) return;
    const payload = encodePull({
      batch: 1,
      maxBytes: 1,
      noWait: true,
      expiresMs: CLAIM_TIMEOUT_MS,
      group: this.group,
      pinId: current,
    });
    try {
      const answer = await firstReply(requesterOf(this.options.connection), {
        subject: pullSubject(this.options.api, names),
        payload,
        headers: undefined,
        timeoutMs: 2 * CLAIM_TIMEOUT_MS,
      });
      if (readHeaders(answer)?.code === 423 && this.current === current) this.forget();
    } catch (error) {
      // unanswered, it is made again soon; requests for messages find out what is the matter
      if (!isNatsTransportError(error)) this.options.report({ type: 'failed', error });
    }
  }

  private stopClaiming(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

/**
 * Finds the id in a message. The server writes it as the last header, behind those of the publisher,
 * which may be such that none can be read: that must not cost this process its place.
 */
function pinOf({ data }: Msg): string | undefined {
  // headers stand before the payload in the same piece of memory
  const start = Math.max(0, data.byteOffset - TAIL_BYTES);
  const tail = Buffer.from(data.buffer, start, data.byteOffset - start).toString('latin1');
  return /\r\nNats-Pin-Id: ?([^\r\n]+)\r\n\r\n$/.exec(tail)?.[1];
}
