import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { defer, NEVER } from 'rxjs';
import type { JetStreamContext, NatsInterceptor, OverdueEvent } from 'nestjs-nats';
import { captureLog } from '../support/captured-log.js';
import { gate } from '../support/gate.js';
import { ascending } from '../support/pull-stage.js';
import { StreamBench } from '../support/stream-bench.js';
import { waitFor } from '../support/wait-for.js';

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** A server is there, which keeps to the time. */
const NOT_INTERVALS = [
  'Date',
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setTimeout',
  'clearTimeout',
] as const;

const RETRY = { attempts: 2, initialMs: 10, jitter: 0 };

describe('handlerTimeoutMs', () => {
  it('settles the message of a handler that hangs, which holds its place until it ends', async () => {
    const hold = gate();
    const calls: [n: number, attempt: number][] = [];
    const reasons: unknown[] = [];
    let [running, most] = [0, 0];
    await bench.consume<number>(
      async (n, context) => {
        calls.push([n, context.attempt]);
        most = Math.max(most, ++running);
        if (n === 1 && context.attempt === 1) {
          context.signal.addEventListener('abort', () => reasons.push(context.signal.reason));
          // does not listen to its signal
          await hold.wait();
        }
        running--;
      },
      { durable: 'd', concurrency: 2, ackWaitMs: 1_000, retry: RETRY, handlerTimeoutMs: 200 },
    );
    await bench.publish('x', [1, 2, 3, 4]);
    await bench.settled('d');
    expect(reasons).toEqual([
      expect.objectContaining({ name: 'NatsTransportError', code: 'TIMEOUT' }),
    ]);
    expect(calls).toContainEqual([1, 2]);
    expect(calls).toHaveLength(5);
    expect([running, most]).toEqual([1, 2]);
    hold.open();
    await waitFor(() => running === 0, { what: 'the handler to end' });
    await bench.publish('x', [5]);
    await bench.settled('d');
    expect([calls.length, most]).toEqual([6, 2]);
  });

  it.each<[kind: string, hang: (context: JetStreamContext) => unknown]>([
    [
      'rejects as it is told',
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ],
    ['is an Observable', () => NEVER],
    ['is an Observable that begins late', () => defer(() => NEVER)],
  ])('frees the place of a handler that %s', async (_, hang) => {
    const done: number[] = [];
    await bench.consume<number>(
      (n, context) => {
        if (n === 1) return hang(context);
        done.push(n);
        return undefined;
      },
      { durable: 'd', concurrency: 1, retry: { attempts: 1 }, handlerTimeoutMs: 100 },
    );
    const log = captureLog();
    bench.nats.own(() => log.stop());
    await bench.publish('x', [1, 2, 3]);
    await bench.settled('d');
    expect(done).toEqual([2, 3]);
    // nothing of a failure that came too late
    expect(log.lines).toEqual([
      expect.stringMatching(/becomes a dead letter .*within the 100 ms .*handlerTimeoutMs/),
    ]);
    expect(await bench.deadLetters()).toEqual({ [`dead.${bench.stream}.d`]: 1 });
    const letters = await bench.jsm.streams.getMessage('DEAD_LETTERS', {
      last_by_subj: `dead.${bench.stream}.d`,
    });
    expect(letters?.header.get('Dead-Letter-Error-Code')).toBe('TIMEOUT');
  });

  it('is what interceptors hear of, and counts as one attempt', async () => {
    const heard: unknown[] = [];
    const watch: NatsInterceptor = async (operation, next) => {
      if (operation.kind === 'process')
        operation.onSettled?.(({ action }) => void heard.push(action));
      try {
        return await next();
      } catch (error) {
        heard.push((error as { code?: unknown }).code);
        throw error;
      }
    };
    const hold = gate();
    await bench.consume(() => hold.wait(), {
      durable: 'd',
      retry: RETRY,
      handlerTimeoutMs: 50,
      strategy: { interceptors: [watch] },
    });
    await bench.publish('x', [1]);
    await bench.settled('d');
    expect(heard).toEqual(['TIMEOUT', 'nak', 'TIMEOUT', 'dead-letter']);
    hold.open();
  });

  it('ends the waiting for a batch', async () => {
    const hold = gate();
    const calls: number[][] = [];
    const { close } = await bench.consumeBatches<number>(
      async (batch, { signal }) => {
        calls.push(batch);
        if (calls.length > 1) return;
        await hold.wait();
        expect(signal.reason).toMatchObject({ code: 'TIMEOUT' });
      },
      {
        durable: 'd',
        concurrency: 2,
        batch: { size: 3, maxWaitMs: 50 },
        retry: RETRY,
        handlerTimeoutMs: 100,
      },
    );
    await bench.publish('x', [1, 2, 3]);
    await bench.settled('d');
    expect(ascending(calls.flat())).toEqual([1, 1, 2, 2, 3, 3]);
    hold.open();
    await close();
  });

  it('does nothing to handlers that are in time', async () => {
    const signals: AbortSignal[] = [];
    await bench.consume((_, { signal }) => void signals.push(signal), {
      durable: 'd',
      handlerTimeoutMs: 20_000,
    });
    await bench.publish('x', [1, 2, 3]);
    await bench.settled('d');
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
  });
});

it('a message that is under way for very long is told of, again and again', async () => {
  const hold = gate();
  try {
    const { app, strategy } = await bench.nats.create([]);
    const overdue: OverdueEvent[] = [];
    strategy.on('overdue', (event) => void overdue.push(event));
    const options = { stream: bench.stream, durable: 'd', concurrency: 1 };
    await strategy.registerSubscriber(`${bench.stream}.>`, () => hold.wait(), options);
    await app.listen();
    const log = captureLog();
    bench.nats.own(() => log.stop());
    jest.useFakeTimers({ doNotFake: [...NOT_INTERVALS] });
    await bench.publish('x', [1, 2]);
    await waitFor(hold.reached, { what: 'the handler' });
    jest.advanceTimersByTime(630_000);
    const facts = {
      stream: bench.stream,
      consumer: 'd',
      sequence: 1,
      pattern: `${bench.stream}.>`,
    };
    expect(overdue).toEqual([
      expect.objectContaining({ ...facts, underWayMs: 300_000 }),
      expect.objectContaining({ ...facts, underWayMs: 600_000 }),
    ]);
    expect(log.lines).toContainEqual(
      expect.stringMatching(
        /Message 1 on .* has been under way in "d" .* for 300 s, .* of 1 places/,
      ),
    );
    expect(strategy.readiness().ready).toBe(true);
  } finally {
    jest.useRealTimers();
    hold.open();
  }
  await bench.settled('d');
});
