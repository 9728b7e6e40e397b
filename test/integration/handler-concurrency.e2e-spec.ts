import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { from, type Observable } from 'rxjs';
import { setTimeout as delay } from 'node:timers/promises';
import { Respond, Subscribe } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

/** Counts what runs at a time. */
class Gauge {
  running = 0;
  peak = 0;
  readonly finished: unknown[] = [];

  async run(data: unknown, work: () => Promise<unknown>): Promise<void> {
    this.peak = Math.max(this.peak, ++this.running);
    await work();
    this.running--;
    this.finished.push(data);
  }
}

@Controller()
class Workers {
  readonly events = new Gauge();
  readonly ordered = new Gauge();
  readonly requests = new Gauge();
  readonly streams = new Gauge();
  readonly plain = new Gauge();
  readonly other = new Gauge();

  @Subscribe('work.events', { concurrency: 3 })
  onEvent(@Payload() n: number): Promise<void> {
    return this.events.run(n, () => delay(n % 3));
  }

  @Subscribe('work.ordered', { concurrency: 1 })
  onOrdered(@Payload() n: number): Promise<void> {
    // the first take longest: without the bound they would be overtaken
    return this.ordered.run(n, () => (n < 20 ? delay(20 - n) : new Promise(setImmediate)));
  }

  @Respond('work.requests', { concurrency: 2 })
  async onRequest(@Payload() n: number): Promise<number> {
    await this.requests.run(n, () => delay(n % 5));
    if (n % 7 === 0) throw new Error('a handler that fails gives its place back too');
    return n;
  }

  @Respond('work.streams', { concurrency: 2 })
  onStream(@Payload() n: number): Observable<number> {
    return from(this.streams.run(n, () => delay(5)).then(() => n));
  }

  @MessagePattern('work.plain', { concurrency: 1 })
  async onPlain(@Payload() n: number): Promise<number> {
    await this.plain.run(n, () => delay(1));
    return n;
  }

  @Subscribe('work.default')
  onDefault(@Payload() n: number): Promise<void> {
    return this.other.run(n, () => delay(5));
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

async function publishAll(subject: string, count: number): Promise<Workers> {
  const app = await bench.listen([Workers]);
  const client = bench.client();
  await client.connect();
  await Promise.all(numbers(count).map((n) => client.publish(subject, n)));
  await client.unwrap().flush();
  await app.close();
  return app.get(Workers);
}

describe('F15: concurrency', () => {
  it('bounds the events a handler works on, and all are handled', async () => {
    const { events } = await publishAll('work.events', 100);
    expect(events.peak).toBe(3);
    expect(events.finished).toHaveLength(100);
  });

  it('is 64 unless the handler says otherwise', async () => {
    const { other } = await publishAll('work.default', 200);
    expect(other.peak).toBe(64);
    expect(other.finished).toHaveLength(200);
  });

  it('of 1 keeps 200 messages in order, whatever time each takes', async () => {
    const { ordered } = await publishAll('work.ordered', 200);
    expect(ordered.peak).toBe(1);
    expect(ordered.finished).toEqual(numbers(200));
  });

  it('bounds requests, also when handlers fail, and each is answered', async () => {
    const app = await bench.listen([Workers]);
    const client = bench.client();
    const answers = await Promise.allSettled(
      numbers(60).map((n) => client.request('work.requests', n)),
    );
    const { requests } = app.get(Workers);
    expect(requests.peak).toBe(2);
    expect(answers.map(({ status }) => status)).toEqual(
      numbers(60).map((n) => (n % 7 === 0 ? 'rejected' : 'fulfilled')),
    );
  });

  it('counts a streamed answer until its end', async () => {
    const app = await bench.listen([Workers]);
    const client = bench.client();
    const answers = numbers(20).map((n) => client.request('work.streams', n));
    await expect(Promise.all(answers)).resolves.toEqual(numbers(20));
    expect(app.get(Workers).streams.peak).toBe(2);
  });

  it("stands in the extras of Nest's own decorators too", async () => {
    const app = await bench.listen([Workers]);
    const client = bench.client();
    const answers = numbers(20).map((n) => client.request('work.plain', n));
    await expect(Promise.all(answers)).resolves.toEqual(numbers(20));
    expect(app.get(Workers).plain.peak).toBe(1);
  });

  it('is of each handler: one that is busy does not hold up another', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let started = false;

    @Controller()
    class Busy {
      @Respond('work.busy', { concurrency: 1 })
      busy(): Promise<void> {
        started = true;
        return released;
      }

      @Respond('work.free', { concurrency: 1 })
      free(): string {
        return 'free';
      }
    }

    await bench.listen([Busy]);
    const client = bench.client();
    const waiting = client.request('work.busy', {});
    await waitFor(() => started, { what: 'the busy handler to start' });
    await expect(client.request('work.free', {})).resolves.toBe('free');
    release();
    await waiting;
  });
});
