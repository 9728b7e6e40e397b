import { isPublishRefusal, publishRefused } from '../../core/confirm.js';
import { RequestTokens } from '../../core/request-tokens.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import { Patience } from '../api/patience.js';
import { Backoff } from './backoff.js';
import { endError, type SessionEnd } from './pull-end.js';
import { PullIncident } from './pull-incident.js';
import type { PullConsumer, PullLoopOptions } from './pull-options.js';
import { PullPin } from './pull-pin.js';
import type { ConsumerNames } from './pull-request.js';
import { PullSession, type SessionMemory } from './pull-session.js';

/**
 * Asks a consumer for messages, whatever happens to it, to the stream, the server and the connection.
 *
 * It goes from session to session: one consumer on one connection each. Between two it waits until
 * there is a connection and makes sure that the consumer is there, again and again if need be.
 */
export class PullLoop implements PullConsumer {
  private readonly memory: SessionMemory;
  private readonly incident: PullIncident;
  private names: ConsumerNames | undefined;
  private session: PullSession | undefined;
  private readonly backoff = new Backoff();
  /** Whether the last session ended though the server had taken its requests. */
  private doubted = false;
  private unlisten: (() => void)[] = [];
  private stopped: Promise<void> | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly options: PullLoopOptions) {
    const { singleActive } = options;
    this.memory = {
      tokens: new RequestTokens(),
      pin: singleActive === undefined ? undefined : new PullPin(options, singleActive),
    };
    this.incident = new PullIncident((event) => options.report(event));
  }

  async start(): Promise<void> {
    const { events } = this.options.connection;
    const lose = (): void => this.session?.lose();
    const wake = (): void => this.wake();
    this.unlisten.push(events.on('disconnect', lose), events.on('close', lose));
    this.unlisten.push(events.on('error', (error) => this.refused(error)));
    this.unlisten.push(events.on('connect', wake), events.on('reconnect', wake));
    try {
      const session = await this.firstSession();
      this.incident.over(this.names!);
      void this.run(session);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** What keeps it from its messages, while something does. */
  get trouble(): unknown {
    return this.incident.trouble;
  }

  freed(): void {
    this.session?.freed();
  }

  stop(): Promise<void> {
    return (this.stopped ??= this.stopNow());
  }

  async release(): Promise<void> {
    await this.memory.pin?.release();
  }

  /** Leaves the consumer, and makes sure of one anew. */
  restart(): void {
    this.session?.finish({ reason: 'gone' });
  }

  /** Asks for no messages until the consumer can be made sure of: there is something in the way. */
  fail(error: unknown): void {
    this.session?.fail(error);
  }

  private async stopNow(): Promise<void> {
    for (const unlisten of this.unlisten) unlisten();
    this.wake();
    await this.session?.stop();
  }

  /** A consumer that has just been made, or whose server has just gone, may not have a leader yet. */
  private async firstSession(): Promise<PullSession> {
    const patience = new Patience(this.options.api.options);
    for (;;) {
      try {
        const session = await this.openSession();
        const { end } = session;
        if (end === undefined) return session;
        throw endError(end, this.names!);
      } catch (error) {
        await this.session?.close();
        if (!patience.allows(error)) throw error;
        this.names = undefined;
      }
      await this.wait(this.backoff.nextMs());
    }
  }

  private async run(first: PullSession): Promise<void> {
    let session: PullSession | undefined = first;
    while (session !== undefined) {
      const end = await session.ended;
      if (this.stopped !== undefined) return;
      this.doubted = isDoubtful(end);
      const error = endError(end, this.names!);
      if (end.reason === 'refused' || end.reason === 'failed') this.failed(error);
      if (end.reason === 'silent') await this.lookForConsumer(error);
      else if (end.reason !== 'lost') this.names = undefined;
      await session.close();
      session = await this.nextSession();
    }
  }

  /** @returns a session that works, or nothing when the loop is stopped */
  private async nextSession(): Promise<PullSession | undefined> {
    for (;;) {
      await this.wait(this.backoff.nextMs());
      await this.connected();
      if (this.stopped !== undefined) return undefined;
      try {
        const session = await this.openSession();
        const { end } = session;
        if (end === undefined) {
          void this.tellOver(session, this.names!);
          return session;
        }
        this.doubted = isDoubtful(end);
        throw endError(end, this.names!);
      } catch (error) {
        await this.session?.close();
        this.failed(error);
      }
    }
  }

  /** That requests are taken is enough, unless that proved to be wrong the last time. */
  private async tellOver(session: PullSession, names: ConsumerNames): Promise<void> {
    if (this.doubted) await session.served;
    if (session.end === undefined) this.incident.over(names);
  }

  /** A server that is silent may only be slow: what it has been asked for is not given up before it answers. */
  private async lookForConsumer(silence: Error): Promise<void> {
    this.incident.stalled(silence);
    while (this.stopped === undefined) {
      try {
        this.names = await this.options.ensure();
        return;
      } catch (error) {
        this.failed(error);
        if (isDisconnected(error)) return;
      }
      await this.wait(this.backoff.nextMs());
    }
  }

  /** The server has refused something: it may be what asks for messages, which was allowed before. */
  private refused(error: Error): void {
    const { session } = this;
    if (session !== undefined && isPublishRefusal(error, session.subject))
      session.fail(publishRefused(session.subject, error));
  }

  private failed(error: unknown): void {
    if (this.stopped !== undefined || isDisconnected(error)) return;
    this.names = undefined;
    this.incident.failed(error);
  }

  /** @returns a session, which may be over already */
  private async openSession(): Promise<PullSession> {
    const { options } = this;
    this.names ??= await options.ensure();
    const connection = options.connection.current;
    if (this.stopped !== undefined) throw endError({ reason: 'closed' }, this.names);
    if (connection === undefined)
      throw new NatsTransportError('NOT_CONNECTED', 'The connection is closed.');
    this.session = new PullSession(options, this.memory, connection, this.names);
    await this.session.open(options.api.options.apiTimeoutMs);
    if (this.stopped !== undefined) throw endError({ reason: 'closed' }, this.names);
    return this.session;
  }

  /** Resolves when there is a connection, or the loop is stopped. */
  private async connected(): Promise<void> {
    const { connection } = this.options;
    while (this.stopped === undefined && !(connection.isUp && connection.current))
      await this.wait();
  }

  /** Resolves after a time, or when something has changed: at once if it is told none. */
  private wait(ms?: number): Promise<void> {
    if (ms === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(() => this.wake(), ms);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = () => undefined;
        resolve();
      };
    });
  }
}

function isDoubtful({ reason }: SessionEnd): boolean {
  return reason === 'refused' || reason === 'failed' || reason === 'silent';
}

function isDisconnected(error: unknown): boolean {
  return (
    isNatsTransportError(error, 'NOT_CONNECTED') || isNatsTransportError(error, 'CONNECTION_LOST')
  );
}
