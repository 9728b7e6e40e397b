import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { isNatsTransportError, type PubAck, type StreamDeclaration } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const LIMIT = 100;

describe.each<[what: string, StreamDeclaration]>([
  // `discard: new` by itself (F10)
  ['a work queue', { name: 'WORK', subjects: ['work'], retention: 'workqueue', max_msgs: LIMIT }],
  ['a stream', { name: 'KEPT', subjects: ['kept'], discard: 'new', max_msgs: LIMIT }],
])('F10, S12: 1000 messages into %s of 100', (_, declaration) => {
  it('are refused with STREAM_FULL from the 101st on, and nothing acknowledged is dropped', async () => {
    const [subject] = declaration.subjects;
    const service = await bench.create([], { streams: [declaration] });
    await service.app.listen();
    const client = bench.client({ streams: [declaration] });
    const stored: { n: number; seq: number }[] = [];
    const refused: number[] = [];
    for (let n = 1; n <= 1_000; n++) {
      try {
        const { seq } = (await client.publish(subject!, n)) as PubAck;
        stored.push({ n, seq });
      } catch (error) {
        if (!isNatsTransportError(error, 'STREAM_FULL')) throw error;
        refused.push(n);
      }
    }
    expect(stored.map(({ n }) => n)).toEqual(Array.from({ length: LIMIT }, (_entry, i) => i + 1));
    expect(refused).toHaveLength(900);
    expect(refused[0]).toBe(LIMIT + 1);

    const peer = await bench.peer();
    const { streams } = await jetstreamManager(peer);
    expect((await streams.info(declaration.name)).state.messages).toBe(LIMIT);
    for (const { n, seq } of stored) {
      expect((await streams.getMessage(declaration.name, { seq }))?.json()).toBe(n);
    }
  }, 60_000);
});
