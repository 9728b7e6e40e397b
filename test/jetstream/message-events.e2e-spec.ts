import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BatchFailure,
  type HandlingEvents,
  type MessageSettlement,
  type NatsInterceptor,
  type NatsParticipant,
  type NatsStrategyOptions,
  RetryLater,
  Terminate,
} from 'nestjs-nats';
import { gate } from '../support/gate.js';
import { StreamBench } from '../support/stream-bench.js';
import { waitFor } from '../support/wait-for.js';

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

type Name = Exclude<keyof HandlingEvents, 'slow'>;
type Heard = [name: Name, event: Record<string, unknown>];

const RETRY = { attempts: 2, initialMs: 10, jitter: 0 };

/** Hears all that a strategy tells, and what interceptors hear of settlements. */
function watcher() {
  const heard: Heard[] = [];
  const settled: [MessageSettlement, number][] = [];
  let participant: NatsParticipant | undefined;
  const watch: NatsInterceptor = Object.assign(
    (operation: Parameters<NatsInterceptor>[0], next: () => Promise<unknown>) => {
      if (operation.kind === 'process')
        operation.onSettled?.((settlement, index) => void settled.push([settlement, index]));
      return next();
    },
    {
      attachTo: (to: NatsParticipant) => {
        participant = to;
        for (const name of ['handled', 'redelivery', 'deadLetter', 'dropped'] as const)
          to.on(name, (event: object) => void heard.push([name, { ...event }]));
      },
    },
  );
  const strategy: NatsStrategyOptions = { interceptors: [watch] };
  const names = (): string[] =>
    heard.map(([name, event]) =>
      name === 'handled' ? `handled ${String(event['outcome'])}` : name,
    );
  return { heard, settled, strategy, names, participant: () => participant };
}

describe('messages of a stream', () => {
  it('are told as acknowledged', async () => {
    const { heard, settled, strategy, names } = watcher();
    await bench.consume(() => undefined, { durable: 'work', strategy });
    await bench.publish('a', [1]);
    await waitFor(() => heard.length === 1, { what: 'the event' });
    expect(names()).toEqual(['handled ack']);
    expect(heard[0]![1]).toMatchObject({
      subject: `${bench.stream}.a`,
      pattern: `${bench.stream}.>`,
      stream: bench.stream,
      consumer: 'work',
      sequence: 1,
      handler: 'event',
    });
    expect(settled).toEqual([[{ action: 'ack' }, 0]]);
  });

  it('are told as tried again, come again, and given up', async () => {
    const { heard, settled, strategy, names } = watcher();
    await bench.consume(() => Promise.reject(new TypeError('no')), {
      durable: 'work',
      retry: RETRY,
      strategy,
    });
    await bench.publish('a', [1]);
    await waitFor(() => heard.length === 4, { what: 'four events' });
    expect(names()).toEqual(['handled nak', 'redelivery', 'handled dead-letter', 'deadLetter']);
    expect(heard[1]![1]).toMatchObject({ deliveryCount: 2, attempt: 2 });
    expect(heard[3]![1]).toMatchObject({ reason: 'attempts', attempts: 2 });
    expect(heard[3]![1]['error']).toBeInstanceOf(TypeError);
    expect(settled).toEqual([
      [expect.objectContaining({ action: 'nak', delayMs: 10, counted: true }), 0],
      [expect.objectContaining({ action: 'dead-letter', reason: 'attempts' }), 0],
    ]);
  });

  it('are told as put off, which is no failed attempt', async () => {
    const { settled, strategy, names } = watcher();
    let calls = 0;
    const handler = (): void => {
      if (++calls === 1) throw new RetryLater(10);
    };
    await bench.consume(handler, { durable: 'work', retry: RETRY, strategy });
    await bench.publish('a', [1]);
    await waitFor(() => settled.length === 2, { what: 'both settlements' });
    expect(names()).toEqual(['handled nak', 'redelivery', 'handled ack']);
    expect(settled[0]![0]).toMatchObject({ action: 'nak', delayMs: 10, counted: false });
  });

  it('are told as dropped where there are no dead letters', async () => {
    const { heard, settled, strategy, names } = watcher();
    const handler = (): never => {
      throw new Terminate('never');
    };
    await bench.consume(handler, { durable: 'work', deadLetter: false, strategy });
    await bench.publish('a', [1]);
    await waitFor(() => heard.length === 2, { what: 'two events' });
    expect(names()).toEqual(['handled drop', 'dropped']);
    expect(heard[1]![1]).toMatchObject({ reason: 'terminated', sequence: 1 });
    expect(settled).toEqual([[expect.objectContaining({ action: 'drop' }), 0]]);
  });

  it('are told as dead letters when they cannot be read, though no handler has seen them', async () => {
    const { heard, settled, strategy, names } = watcher();
    await bench.consume(() => undefined, { durable: 'work', strategy });
    bench.peer.publish(`${bench.stream}.a`, '{');
    await waitFor(() => heard.length === 2, { what: 'two events' });
    expect(names()).toEqual(['handled dead-letter', 'deadLetter']);
    expect(heard[1]![1]).toMatchObject({ reason: 'unreadable', attempts: 1 });
    expect(settled).toEqual([]);
  });

  it('are told as missed in an ordered consumer', async () => {
    const { heard, settled, strategy, names } = watcher();
    await bench.consume(() => Promise.reject(new Error('no')), { mode: 'ordered', strategy });
    await bench.publish('a', [1]);
    await waitFor(() => heard.length === 1, { what: 'the event' });
    expect(names()).toEqual(['handled missed']);
    expect(settled).toEqual([[{ action: 'none' }, 0]]);
  });

  it('are told each for itself in a batch', async () => {
    const { heard, settled, strategy } = watcher();
    const handler = (batch: number[]): void => {
      const failures = batch.flatMap((value, index) =>
        value === 2 ? [{ index, error: new Terminate('two') }] : [],
      );
      if (failures.length > 0) throw new BatchFailure(failures);
    };
    await bench.consumeBatches(handler, {
      durable: 'work',
      batch: { size: 3, maxWaitMs: 2_000 },
      strategy,
    });
    await bench.publish('a', [1]);
    await bench.publish('a', [2]);
    await bench.publish('a', [3]);
    await waitFor(() => settled.length === 3, { what: 'all settlements' });
    const byIndex = settled.toSorted(([, one], [, other]) => one - other);
    expect(byIndex.map(([{ action }]) => action)).toEqual(['ack', 'dead-letter', 'ack']);
    expect(heard.filter(([name]) => name === 'deadLetter')).toHaveLength(1);
  });

  it('are told as coming again when the application stops before they are done', async () => {
    const { settled, strategy } = watcher();
    const door = gate();
    const { close } = await bench.consume(door.wait, {
      durable: 'work',
      strategy: { ...strategy, shutdownTimeoutMs: 50 },
    });
    await bench.publish('a', [1]);
    await waitFor(door.reached, { what: 'the handler' });
    await close();
    door.open();
    await waitFor(() => settled.length === 1, { what: 'the settlement' });
  });
});

describe('a strategy, as an observer sees it', () => {
  it('tells how its consumers stand, and what its handlers have to do', async () => {
    const { strategy, participant } = watcher();
    const door = gate();
    await bench.consume(door.wait, { durable: 'work', concurrency: 2, strategy });
    bench.nats.own(door.open);
    await bench.publish('a', [1, 2, 3, 4, 5]);
    const seen = participant();
    if (seen?.role !== 'strategy') throw new Error('It has attached to no strategy');
    await waitFor(() => seen.load()[0]?.inFlight === 2, { what: 'two under way' });
    expect(seen.load()).toEqual([
      {
        pattern: `${bench.stream}.>`,
        handler: 'event',
        stream: bench.stream,
        consumer: 'work',
        inFlight: 2,
        pending: 0,
      },
    ]);
    expect(await seen.consumerStates()).toEqual([
      {
        stream: bench.stream,
        consumer: 'work',
        patterns: [`${bench.stream}.>`],
        pending: 3,
        unacknowledged: 2,
        redelivered: 0,
      },
    ]);
  });
});
