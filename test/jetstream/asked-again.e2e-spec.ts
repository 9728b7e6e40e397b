import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { findStream } from '../../libs/nestjs-nats/src/jetstream/stream/provision-streams.js';
import { jetStreamApi } from '../support/jetstream-api.js';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Stands in for the leader of a stream: it is elected only after the first question, which is not kept for it. */
async function leader(operation: string, answersAfter: number): Promise<{ count: number }> {
  const heard = { count: 0 };
  const peer = await bench.peer();
  peer.subscribe(`$JS.API.${operation}`, {
    callback: (_, message) => {
      if (++heard.count > answersAfter) message.respond(JSON.stringify({ config: { name: 'S' } }));
    },
  });
  await peer.flush();
  return heard;
}

describe('what is asked while a stream has no leader', () => {
  it('is asked again, and the next leader answers', async () => {
    const heard = await leader('STREAM.INFO.S', 1);
    const api = await jetStreamApi(bench, { apiTimeoutMs: 20_000 });
    const start = performance.now();
    await expect(findStream(api, 'S')).resolves.toMatchObject({ config: { name: 'S' } });
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(heard.count).toBe(2);
  });

  it('may still be answered late, to the first question', async () => {
    const peer = await bench.peer();
    let count = 0;
    peer.subscribe('$JS.API.STREAM.INFO.S', {
      callback: (_, message) => {
        if (++count === 1) setTimeout(() => message.respond('{"config":{"name":"S"}}'), 1_500);
      },
    });
    await peer.flush();
    const api = await jetStreamApi(bench, { apiTimeoutMs: 20_000 });
    await expect(findStream(api, 'S')).resolves.toMatchObject({ config: { name: 'S' } });
    expect(count).toBe(2);
  });

  it('is given up when the time is over, and not asked any more', async () => {
    const heard = await leader('STREAM.INFO.S', Infinity);
    const api = await jetStreamApi(bench, { apiTimeoutMs: 1_500 });
    await expect(findStream(api, 'S')).rejects.toMatchObject({
      code: 'TIMEOUT',
      details: { timeoutMs: 1_500 },
    });
    await sleep(1_200);
    expect(heard.count).toBe(2);
  });

  it('is asked once, when it would change something', async () => {
    const heard = await leader('STREAM.CREATE.S', Infinity);
    const api = await jetStreamApi(bench, { apiTimeoutMs: 1_500 });
    const attempt = api.request('STREAM.CREATE.S', {}, 'Cannot make the stream "S"');
    await expect(attempt).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(heard.count).toBe(1);
  });
});
