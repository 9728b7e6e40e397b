import type { StreamConfig } from '@nats-io/jetstream';
import { connected, JsStage } from './js-stage.js';
import type { NatsBench } from './nats-bench.js';
import { Puller, type PullerOptions } from './puller.js';
import { waitFor } from './wait-for.js';

let names = 0;

/** A stream of a test's own, with pull loops on it. */
export class PullStage {
  private constructor(
    private readonly bench: NatsBench,
    readonly js: JsStage,
    /** The name of the stream; it takes the subjects below it. */
    readonly stream: string,
  ) {}

  static async open(
    bench: NatsBench,
    config: Partial<Omit<StreamConfig, 'name' | 'subjects'>> = {},
  ): Promise<PullStage> {
    const stage = new PullStage(bench, await JsStage.open(bench), `S${++names}`);
    await stage.makeStream(config);
    return stage;
  }

  async makeStream(config: Partial<Omit<StreamConfig, 'name' | 'subjects'>> = {}): Promise<void> {
    await this.js.stream(this.stream, [`${this.stream}.>`], config);
  }

  /** Publishes so many messages, when there is a connection, and waits until the server has them. */
  async publish(count: number): Promise<void> {
    const { peer } = this.js;
    const connected = (): Promise<boolean> =>
      peer.flush().then(
        () => true,
        () => false,
      );
    await waitFor(connected, { what: 'the connection' });
    for (let i = 0; i < count; i++) peer.publish(`${this.stream}.x`, String(i));
    await peer.flush();
  }

  /** Listens to the requests for messages. @returns how many each of them asks for, as they come */
  async requests(): Promise<number[]> {
    const sizes: number[] = [];
    this.js.peer.subscribe(`$JS.API.CONSUMER.MSG.NEXT.${this.stream}.work`, {
      callback: (_, message) => void sizes.push(message.json<{ batch: number }>().batch),
    });
    await this.js.peer.flush();
    return sizes;
  }

  /** Starts a pull loop on the consumer `work`, on a connection of its own. */
  async puller(options: PullerOptions = {}): Promise<Puller> {
    const puller = await this.idlePuller(options);
    await puller.loop.start();
    return puller;
  }

  /** Makes a pull loop that is not started. */
  async idlePuller(options: PullerOptions = {}): Promise<Puller> {
    const names = { stream: this.stream, consumer: 'work' };
    const puller = new Puller(await connected(this.bench), names, options);
    this.bench.own(async () => {
      await puller.loop.stop();
      await puller.loop.release();
    });
    return puller;
  }
}

/** The numbers from 1. */
export function oneTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

export function ascending(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}
