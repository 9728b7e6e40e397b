import type { LoggerService } from '@nestjs/common';
import type { Declaration } from './declaration.js';
import type { Engine } from './engine.js';
import type { NatsListenInfo } from './listen-info.js';
import type { Session } from './session.js';
import type { Turns } from './turns.js';

/** What a {@link Lifecycle} works with. */
export interface LifecycleOptions {
  readonly engine: Engine;
  /** Starting, stopping and changes of what is bound wait for each other. */
  readonly turns: Turns;
  readonly logger: LoggerService;
}

/** Keeps the handlers of a strategy, and the session in which they are bound while it listens. */
export class Lifecycle {
  private readonly declarations: Declaration[] = [];
  private current: { readonly session: Session; readonly info: NatsListenInfo } | undefined;
  /** The session that is closed, or was the last. */
  private ending: Session | undefined;
  /** The end of sessions that are closed. */
  private finishing: Promise<void> = Promise.resolve();

  constructor(private readonly options: LifecycleOptions) {}

  /** The session, while it listens. */
  get session(): Session | undefined {
    return this.current?.session;
  }

  /** Takes a handler up, which the next {@link start} checks and binds. */
  declare(declaration: Declaration): void {
    this.declarations.push(declaration);
  }

  /** Takes a handler up, bound if it listens. Throws as {@link Session.add}. */
  register(declaration: Declaration): Promise<void> {
    return this.options.turns.run(async () => {
      await this.session?.add(declaration);
      this.declarations.push(declaration);
    });
  }

  /** Takes a handler out, if it is there. */
  unregister(declaration: Declaration): Promise<void> {
    return this.options.turns.run(async () => {
      const at = this.declarations.indexOf(declaration);
      if (at === -1) return;
      this.declarations.splice(at, 1);
      await this.session?.remove(declaration);
    });
  }

  /** Opens a session, unless there is one. Throws as {@link Engine.open}. */
  start(): Promise<NatsListenInfo> {
    return this.options.turns.run(() => this.open());
  }

  /** Closes the session, if there is one, and waits for its end. */
  async stop(): Promise<void> {
    await this.options.turns.run(() => this.stopTaking());
    await this.finishing;
  }

  /** Ends the waiting of {@link stop}. */
  hasten(): void {
    this.ending?.hasten();
  }

  private async open(): Promise<NatsListenInfo> {
    if (this.current !== undefined) return this.current.info;
    const { engine, logger } = this.options;
    // handlers still at work would have a second place to work at
    await this.finishing;
    const session = await engine.open(this.declarations);
    const { info } = session;
    logger.log(session.report);
    for (const line of info.warnings) logger.warn(line);
    this.current = { session, info };
    return info;
  }

  /** Waiting for what is under way is no turn of its own: a handler may ask for one meanwhile. */
  private async stopTaking(): Promise<void> {
    const { session } = this;
    if (session === undefined) return;
    this.current = undefined;
    this.ending = session;
    await session.stopTaking();
    this.finishing = session.finish();
  }
}
