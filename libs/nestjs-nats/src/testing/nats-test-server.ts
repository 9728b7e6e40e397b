import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntilStopped } from './process-state.js';
import { launch, type Launched, type LaunchPlan, logFile } from './server-process.js';

const GRACE_MS = 10_000;

/**
 * A nats-server process of the caller's own. It ends with the process that started it, whatever happens to that.
 * Call its methods one after the other.
 */
export class NatsTestServer {
  /** Where clients connect: `nats://127.0.0.1:<port>`, or `tls://…` when the configuration asks for TLS. */
  readonly url: string;
  /** The client port; it stays the same over restarts. */
  readonly port: number;
  /** The HTTP monitoring address, such as `http://127.0.0.1:<port>`. */
  readonly monitoringUrl: string;
  /** The version that the server reports, such as `2.15.1`. */
  readonly version: string;
  /** The server's name in the NATS protocol. */
  readonly name: string;
  /** Where JetStream stores streams. It outlives `kill()` and `restart()`, not `stop()`. */
  readonly storeDir: string;

  #child: Launched['child'];
  #stopping: Promise<void> | undefined;
  #finalLogs: string | undefined;

  private constructor(
    private readonly plan: LaunchPlan,
    launched: Launched,
  ) {
    this.url = launched.url;
    this.port = Number(new URL(launched.url).port);
    this.monitoringUrl = launched.monitoringUrl;
    this.version = launched.version;
    this.name = plan.name;
    this.storeDir = storeDir(plan.dir);
    this.#child = launched.child;
  }

  /** Starts the server of a plan. Use `startNatsServer()`. */
  static async start(plan: LaunchPlan): Promise<NatsTestServer> {
    return new NatsTestServer(plan, await launch(plan));
  }

  /** The process id of the server, or of its last process when it is not running. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** The process exists; it may be paused. */
  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves to everything that the server has logged, over all restarts. */
  async logs(): Promise<string> {
    return this.#finalLogs ?? readFile(logFile(this.plan.dir), 'utf8');
  }

  /** Ends the server in order and removes its folder. Does nothing when that has been done. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  /** Ends the server with SIGKILL, as a crash would. The store stays for `restart()`. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /**
   * Starts the server again on the same port with the same store, after ending it in order if it runs. Resolves
   * when it accepts connections.
   *
   * @throws Error after `stop()`, which removed the store.
   */
  async restart(): Promise<void> {
    if (this.#stopping) {
      throw new Error(
        `Server ${this.name} cannot restart: stop() removed its store. Start a new one with startNatsServer().`,
      );
    }
    await this.#end('SIGTERM');
    const monitoringPort = Number(new URL(this.monitoringUrl).port);
    const { child } = await launch({
      ...this.plan,
      port: this.port,
      monitoringPort,
      waitForPort: true,
    });
    this.#child = child;
  }

  /**
   * Freezes the server (SIGSTOP), and returns when it is: connections stay open and nothing answers. Not on
   * Windows.
   *
   * @throws Error when it does not run.
   */
  pause(): void {
    this.#signal('SIGSTOP');
    waitUntilStopped(this.pid);
  }

  /**
   * Lets a paused server go on (SIGCONT).
   *
   * @throws Error when it does not run.
   */
  resume(): void {
    this.#signal('SIGCONT');
  }

  /** `stop()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #stop(): Promise<void> {
    await this.#end('SIGTERM');
    this.#finalLogs = await this.logs();
    await rm(this.plan.dir, { recursive: true, force: true });
  }

  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (!this.running) {
      throw new Error(
        `Server ${this.name} does not run, so it cannot take ${signal}: restart() it.`,
      );
    }
    this.#child.kill(signal);
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (!this.running) return;
    const child = this.#child;
    const ended = once(child, 'exit');
    child.kill(signal);
    // a paused process does not see SIGTERM before it goes on
    if (signal === 'SIGTERM') child.kill('SIGCONT');
    const patience = new AbortController();
    const tooSlow = delay(GRACE_MS, true, { signal: patience.signal }).catch(() => false);
    if ((await Promise.race([ended, tooSlow])) === true) child.kill('SIGKILL');
    await ended;
    patience.abort();
  }
}

/** The JetStream store in a server's folder. */
export function storeDir(dir: string): string {
  return join(dir, 'store');
}
