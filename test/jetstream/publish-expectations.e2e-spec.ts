import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NatsRecordBuilder, type PubAck } from 'nestjs-nats';
import { firstValueFrom } from 'rxjs';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

const bench = new NatsBench({ jetstream: true });
let stage: JsStage;
beforeAll(() => bench.start());
beforeEach(async () => {
  stage = await JsStage.open(bench);
  await stage.stream('EXPECT', ['expect.>']);
});
afterEach(async () => {
  await stage.jsm.streams.delete('EXPECT');
  await bench.clear();
});
afterAll(() => bench.stop());

const streams = [{ name: 'EXPECT', subjects: ['expect.>'] }];
const subject = 'expect.account.7';

async function messages(): Promise<number> {
  return (await stage.jsm.streams.info('EXPECT')).state.messages;
}

describe('a message id', () => {
  it('makes a second copy a duplicate, under the sequence of the first', async () => {
    const client = bench.client({ streams });
    const options = { msgId: 'order-7' };
    await client.publish(subject, 'first', options);
    await expect(client.publish('expect.other', 'again', options)).resolves.toEqual({
      stream: 'EXPECT',
      seq: 1,
      duplicate: true,
    });
    const record = new NatsRecordBuilder('again').msgId('order-7').build();
    const again = await firstValueFrom(bench.client({ streams }).emit<PubAck>(subject, record));
    expect(again.duplicate).toBe(true);
    await expect(messages()).resolves.toBe(1);
  });

  it('is made for every message that has none, if wanted', async () => {
    const client = bench.client({ streams, publishRetry: { msgIds: 'all' } });
    await client.publish(subject, 1);
    await client.publish(subject, 2);
    const ids: (string | undefined)[] = [];
    for (const seq of [1, 2]) {
      ids.push((await stage.jsm.streams.getMessage('EXPECT', { seq }))?.header.get('Nats-Msg-Id'));
    }
    expect(ids).toEqual([expect.stringMatching(/^\w{22}$/), expect.stringMatching(/^\w{22}$/)]);
    expect(ids[0]).not.toBe(ids[1]);
  });
});

describe('an expectation', () => {
  it('of the last sequence holds, or is a conflict that tells the sequence', async () => {
    const client = bench.client({ streams });
    await client.publish(subject, 1, { expectLastSequence: 0 });
    await client.publish(subject, 2, { expectLastSequence: 1 });
    const failure = await rejection(client.publish(subject, 3, { expectLastSequence: 1 }));
    expect(failure).toMatchObject({
      name: 'NatsTransportError',
      code: 'CONFLICT',
      message: expect.stringContaining('wrong last sequence: 2') as unknown,
      details: { subject, stream: 'EXPECT', apiCode: 10_071, lastSequence: 2 },
    });
    await expect(messages()).resolves.toBe(2);
  });

  it('of the last sequence on the subject does not look at other subjects', async () => {
    const client = bench.client({ streams });
    await client.publish('expect.other', 1);
    await client.publish(subject, 1, { expectLastSubjectSequence: 0 });
    await client.publish('expect.other', 2);
    await client.publish(subject, 2, { expectLastSubjectSequence: 2 });
    const attempt = client.publish(subject, 3, { expectLastSubjectSequence: 2 });
    expect(await rejection(attempt)).toMatchObject({
      code: 'CONFLICT',
      details: { lastSequence: 4 },
    });
    await expect(messages()).resolves.toBe(4);
  });

  it('of the last message id holds, or is a conflict', async () => {
    const client = bench.client({ streams });
    await client.publish(subject, 1, { msgId: 'a' });
    await client.publish(subject, 2, { msgId: 'b', expectLastMsgId: 'a' });
    const attempt = client.publish(subject, 3, { expectLastMsgId: 'a' });
    expect(await rejection(attempt)).toMatchObject({
      code: 'CONFLICT',
      details: { apiCode: 10_070 },
    });
  });

  it('travels in a record, and one of two writers wins', async () => {
    const clients = [bench.client({ streams }), bench.client({ streams })];
    const results = await Promise.allSettled(
      clients.map((client) => {
        const record = new NatsRecordBuilder('w').expectLastSubjectSequence(0).build();
        return firstValueFrom(client.emit<PubAck>(subject, record));
      }),
    );
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ code: 'CONFLICT' }),
    });
    await expect(messages()).resolves.toBe(1);
  });
});

describe('options that no stream can carry out', () => {
  it('are refused before anything is sent', async () => {
    const client = bench.client({ streams });
    await client.publish(subject, 1);
    for (const options of [{ msgId: '' }, { expectLastSequence: -1 }, { ttlMs: 5 }]) {
      const attempt = client.publish(subject, 1, options);
      expect(await rejection(attempt)).toMatchObject({ code: 'INVALID_OPTIONS' });
    }
    const elsewhere = client.publish('unexpected', 1, { msgId: 'a' });
    expect(await rejection(elsewhere)).toMatchObject({ code: 'INVALID_OPTIONS' });
    await expect(messages()).resolves.toBe(1);
  });

  it('are refused for requests', async () => {
    const client = bench.client({ streams });
    const record = new NatsRecordBuilder(1).msgId('a').ttl(1_000).build();
    expect(await rejection(firstValueFrom(client.send(subject, record)))).toMatchObject({
      code: 'INVALID_OPTIONS',
      details: {
        faults: ['msgId: a request is not stored', 'ttlMs: a request is not stored'],
      },
    });
  });
});
