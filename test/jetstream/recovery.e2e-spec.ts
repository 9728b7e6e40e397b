import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NatsConsumeOptions } from 'nestjs-nats';
import { captureLog, type CapturedLog } from '../support/captured-log.js';
import { ascending, oneTo } from '../support/pull-stage.js';
import { StreamBench } from '../support/stream-bench.js';
import { waitFor } from '../support/wait-for.js';

const RECOVERY_MS = 3_000;

const bench = new StreamBench();
let log: CapturedLog | undefined;
let got: number[];
beforeAll(() => bench.start());
beforeEach(async () => {
  await bench.open();
  got = [];
});
afterEach(async () => {
  await bench.clear();
  log?.stop();
});
afterAll(() => bench.stop());

const listen = async (options: Partial<NatsConsumeOptions> = {}): Promise<void> => {
  await bench.consume<number>((n) => void got.push(n), {
    ...options,
    durable: 'work',
    // what is lost on its way to a killed server, or from it, comes again after this
    ackWaitMs: 2_000,
  });
  // an application that starts sets the logger
  log = captureLog();
};
const came = (count: number, timeoutMs?: number): Promise<void> =>
  waitFor(() => new Set(got).size >= count, {
    ...(timeoutMs && { timeoutMs }),
    what: () => `${count} messages; ${got.length} came`,
  });
const publisherIsBack = (): Promise<void> =>
  waitFor(
    () =>
      bench.peer.flush().then(
        () => true,
        () => false,
      ),
    { what: 'the publisher to be back' },
  );
const logged = (text: string): string[] => log!.lines.filter((line) => line.includes(text));
const errors = (): string[] => logged('error ');

describe('F27: an application whose consumer is deleted', () => {
  it('consumes again within three seconds', async () => {
    // 2.10 may fail to delete one on a busy disk: it still writes there
    await listen({ consumer: { mem_storage: true } });
    for (let round = 1; round <= 3; round++) {
      await bench.publish('x', [round * 2 - 1]);
      await came(round * 2 - 1);
      await bench.settled('work');
      await bench.jsm.consumers.delete(bench.stream, 'work');
      await bench.publish('x', [round * 2]);
      await came(round * 2, RECOVERY_MS);
    }
    expect(new Set(got)).toEqual(new Set(oneTo(6)));
  });
});

describe('F27: an application whose stream is deleted', () => {
  it('says so loudly, once, and consumes again within three seconds when it is back', async () => {
    await listen();
    await bench.publish('x', [1]);
    await came(1);
    await bench.jsm.streams.delete(bench.stream);
    await waitFor(() => errors().length > 0, { timeoutMs: RECOVERY_MS, what: 'the error' });
    // it tries again and again meanwhile
    let tries = 0;
    bench.peer.subscribe(`$JS.API.STREAM.INFO.${bench.stream}`, { callback: () => void tries++ });
    await waitFor(() => tries >= 3, { what: 'more tries' });
    expect(errors()).toEqual([expect.stringContaining(`no stream "${bench.stream}"`)]);
    expect(errors()[0]).toContain('"work"');
    await bench.makeStream();
    await bench.publish('x', [2]);
    await came(2, RECOVERY_MS);
    expect(got).toEqual([1, 2]);
    expect(errors()).toHaveLength(1);
    // and that it is over
    await waitFor(() => logged('gets messages').length === 1, { what: 'the good news' });
  });
});

describe('an application whose server is killed', () => {
  it('loses nothing that was stored, and goes on', async () => {
    await listen();
    await bench.publish('x', oneTo(200));
    await came(50);
    await bench.nats.server.kill();
    await bench.nats.server.restart();
    await publisherIsBack();
    await bench.publish(
      'x',
      oneTo(100).map((n) => n + 200),
    );
    await came(300, 20_000);
    await bench.settled('work', 45_000);
    expect(ascending([...new Set(got)])).toEqual(oneTo(300));
  }, 60_000);

  it('and comes back over and over: each message is handled, in the end', async () => {
    await listen();
    for (let round = 0; round < 3; round++) {
      await bench.publish(
        'x',
        oneTo(50).map((n) => round * 50 + n),
      );
      await bench.nats.server.kill();
      await bench.nats.server.restart();
      await publisherIsBack();
    }
    await came(150, 20_000);
    expect(ascending([...new Set(got)])).toEqual(oneTo(150));
  }, 60_000);
});
