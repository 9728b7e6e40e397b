import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { isNatsTransportError, type NatsClient, Respond } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

const LANES = 64;
const HANGING = 200;
/** Is how soon what was under way has to end. */
const SETTLED_MS = 1_000;
/** Is how soon the application has to be ready when the server is back. */
const READY_MS = 2_000;

@Controller()
class Service {
  hanging = 0;

  @Respond('load.square')
  async square(@Payload() n: number): Promise<number> {
    await sleep(5);
    return n * n;
  }

  @Respond('load.hang', { concurrency: HANGING })
  hang(): Promise<never> {
    this.hanging++;
    return new Promise(() => undefined);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Is how requests have ended. */
class Outcomes {
  underWay = 0;
  answered = 0;
  readonly codes = new Set<string>();
  readonly untyped: unknown[] = [];

  /** Resolves to whether there was an answer. */
  async add(request: Promise<unknown>): Promise<boolean> {
    this.underWay++;
    try {
      await request;
      this.answered++;
      return true;
    } catch (error) {
      if (isNatsTransportError(error)) this.codes.add(error.code);
      else this.untyped.push(error);
      return false;
    } finally {
      this.underWay--;
    }
  }
}

/** Asks one request after the other, in each lane, until it is told to stop. */
function load(client: NatsClient, outcomes: Outcomes) {
  const stop = new AbortController();
  const lane = async (): Promise<void> => {
    for (let n = 0; !stop.signal.aborted; n++) {
      // what is refused is refused at once: without a pause the lane would spin
      if (!(await outcomes.add(client.request('load.square', n)))) await sleep(5);
    }
  };
  const lanes = Promise.all(Array.from({ length: LANES }, lane));
  return async (): Promise<void> => {
    stop.abort();
    await lanes;
  };
}

it('N11: a restart under load ends all requests within a second, and leaves nobody behind', async () => {
  const { app, strategy } = await bench.create([Service], { shutdownTimeoutMs: 0 });
  await app.listen();
  const client = bench.client({ timeoutMs: 60_000 });
  await client.connect();
  const service = app.get(Service);

  const hanging = new Outcomes();
  const lanes = new Outcomes();
  const ended = Promise.all(
    Array.from({ length: HANGING }, () => hanging.add(client.request('load.hang', {}))),
  );
  const stop = load(client, lanes);
  await waitFor(() => service.hanging === HANGING && lanes.answered > 1_000, { what: 'the load' });

  const start = performance.now();
  await bench.server.kill();
  await ended;
  expect(performance.now() - start).toBeLessThan(SETTLED_MS);
  expect(hanging).toMatchObject({ underWay: 0, answered: 0, untyped: [] });
  expect([...hanging.codes]).toEqual(['CONNECTION_LOST']);

  await bench.server.restart();
  await waitFor(() => strategy.readiness().ready && client.readiness().ready, {
    timeoutMs: READY_MS,
    what: 'readiness',
  });
  const { answered } = lanes;
  await waitFor(() => lanes.answered > answered + 1_000, { what: 'answers' });
  await stop();
  expect(lanes).toMatchObject({ underWay: 0, untyped: [] });
  const passing = ['CONNECTION_LOST', 'NOT_CONNECTED', 'NO_RESPONDERS'];
  expect([...lanes.codes].filter((code) => !passing.includes(code))).toEqual([]);
  expect([...lanes.codes]).toContain('CONNECTION_LOST');
});
