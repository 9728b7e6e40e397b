import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StorageType } from '@nats-io/jetstream';
import { NatsClient, type StreamDeclaration } from 'nestjs-nats';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { describeOnVersions } from '../support/server-versions.js';

// in memory: a stream that is deleted from disk and made again at once sometimes counts on (seen on
// 2.10.27 and 2.15.1 with a busy disk)
const storage = StorageType.Memory;
const streams: StreamDeclaration[] = [{ name: 'REFUSE', subjects: ['refuse.>'], storage }];
const subject = 'refuse.1';
const off = { streams, provision: 'off' } as const;

const failureOf = async (attempt: Promise<unknown>): Promise<string> =>
  (await rejection<{ code: string }>(attempt)).code;

/** Counts what is asked of the JetStream API for streams by subject. */
async function questions(stage: JsStage): Promise<() => Promise<number>> {
  let asked = 0;
  stage.peer.subscribe('$JS.API.STREAM.NAMES', { callback: () => void asked++ });
  await stage.peer.flush();
  return async () => {
    await stage.peer.flush();
    return asked;
  };
}

describeOnVersions('a message that is not stored', (version) => {
  const bench = new NatsBench({ jetstream: true, ...version });
  let stage: JsStage;
  beforeAll(() => bench.start());
  beforeEach(async () => void (stage = await JsStage.open(bench)));
  afterEach(async () => {
    for await (const { config } of stage.jsm.streams.list()) {
      await stage.jsm.streams.delete(config.name);
    }
    await bench.clear();
  });
  afterAll(() => bench.stop());

  it('because the stream is full is STREAM_FULL', async () => {
    await stage.stream('REFUSE', ['refuse.>'], { storage, max_msgs: 2, discard: 'new' });
    const client = bench.client(off);
    await client.publish(subject, 1);
    await client.publish(subject, 2);
    expect(await rejection(client.publish(subject, 3))).toMatchObject({
      code: 'STREAM_FULL',
      message: expect.stringContaining('maximum messages exceeded') as unknown,
      details: { subject, stream: 'REFUSE', apiCode: 10_077 },
    });
    await stage.jsm.streams.purge('REFUSE');
    await expect(client.publish(subject, 3)).resolves.toMatchObject({ seq: 3 });
  });

  it('because a work queue is full is STREAM_FULL, and drops nothing', async () => {
    const queue = { ...streams[0]!, retention: 'workqueue', max_msgs: 1 } as const;
    const client = bench.client({ streams: [queue] });
    await client.publish(subject, 1);
    expect(await rejection(client.publish(subject, 2))).toMatchObject({ code: 'STREAM_FULL' });
    const first = await stage.jsm.streams.getMessage('REFUSE', { seq: 1 });
    expect(first?.json()).toBe(1);
  });

  it('because it is larger than the stream allows is PAYLOAD_TOO_LARGE', async () => {
    await stage.stream('REFUSE', ['refuse.>'], { storage, max_msg_size: 64 });
    const attempt = bench.client(off).publish(subject, 'x'.repeat(65));
    expect(await rejection(attempt)).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('because it is larger than the server allows is PAYLOAD_TOO_LARGE, and not sent', async () => {
    await stage.stream('REFUSE', ['refuse.>'], { storage });
    const attempt = bench.client(off).publish(subject, 'x'.repeat(1_048_576));
    expect(await rejection(attempt)).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      details: { limit: 1_048_576 },
    });
  });

  it('F28: because no stream takes the subject is STREAM_NOT_FOUND, at once', async () => {
    const client = bench.client(off);
    const start = performance.now();
    expect(await rejection(client.publish(subject, 1))).toMatchObject({
      code: 'STREAM_NOT_FOUND',
      message: expect.stringContaining('no stream takes the subject') as unknown,
      details: { subject, stream: 'REFUSE' },
    });
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('asks about a storm of such messages once', async () => {
    const asked = await questions(stage);
    const client = bench.client(off);
    const storm = Array.from({ length: 500 }, () => failureOf(client.publish(subject, 1)));
    expect(new Set(await Promise.all(storm))).toEqual(new Set(['STREAM_NOT_FOUND']));
    await expect(asked()).resolves.toBe(1);
  });

  it('asks about a storm on different subjects a bounded number of times', async () => {
    const asked = await questions(stage);
    const client = bench.client({ ...off, publishRetry: { attempts: 1 } });
    const storm = Array.from({ length: 500 }, (_, i) =>
      failureOf(client.publish(`refuse.${i}`, 1)),
    );
    expect(new Set(await Promise.all(storm))).toEqual(new Set(['STREAM_NOT_FOUND', 'UNAVAILABLE']));
    await expect(asked()).resolves.toBeLessThanOrEqual(64);
  });

  it('is stored after all when a stream is made in the meantime', async () => {
    const client = bench.client(off);
    await rejection(client.publish(subject, 1));
    await stage.stream('REFUSE', ['refuse.>'], { storage });
    await expect(client.publish(subject, 1)).resolves.toMatchObject({ seq: 1 });
  });

  it('F27: finds its declared stream deleted, and makes it again', async () => {
    const client = bench.client({ streams });
    await client.publish(subject, 1);
    await stage.jsm.streams.delete('REFUSE');
    const acks = await Promise.all(
      Array.from({ length: 20 }, (_, i) => client.publish(subject, i)),
    );
    expect(acks.map((ack) => ack!.seq).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
  });

  it('leaves a deleted stream alone where it may only look', async () => {
    await stage.stream('REFUSE', ['refuse.>'], { storage });
    const client = bench.client({ streams, provision: 'verify' });
    await client.publish(subject, 1);
    await stage.jsm.streams.delete('REFUSE');
    expect(await rejection(client.publish(subject, 1))).toMatchObject({ code: 'STREAM_NOT_FOUND' });
  });

  it('because its stream differs from the declaration is STREAM_MISMATCH, until it does not', async () => {
    await stage.stream('REFUSE', ['refuse.*'], { storage });
    const client = bench.client({ streams });
    expect(await rejection(client.publish(subject, 1))).toMatchObject({ code: 'STREAM_MISMATCH' });
    await stage.jsm.streams.update('REFUSE', { subjects: ['refuse.>'] });
    await expect(client.publish(subject, 1)).resolves.toMatchObject({ seq: 1 });
  });
});

describe('on a server without JetStream', () => {
  const bench = new NatsBench();
  beforeAll(() => bench.start());
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  it.each(['create', 'off'] as const)(
    'F28: a message to a stream is JETSTREAM_DISABLED, with provision "%s"',
    async (provision) => {
      const client = bench.client({ streams, provision });
      expect(await rejection(client.publish(subject, 1))).toMatchObject({
        code: 'JETSTREAM_DISABLED',
      });
    },
  );

  it('an event of core NATS goes as ever', async () => {
    await bench.client({ streams }).publish('elsewhere', 1, { confirm: 'flush' });
  });
});

describe('credentials that may only publish', () => {
  const bench = new NatsBench({
    jetstream: true,
    config: `accounts { APP {
      jetstream: enabled
      users: [
        { user: owner, password: pw }
        { user: writer, password: pw, permissions: {
          publish: { allow: ["refuse.>"], deny: ["refuse.secret"] }, subscribe: "_INBOX.>" } }
      ]
    } }`,
  });
  const as = (user: string): { user: string; pass: string } => ({ user, pass: 'pw' });
  let writer: NatsClient;
  beforeAll(() => bench.start());
  beforeEach(() => void (writer = bench.client({ ...off, ...as('writer') })));
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  it('publish to a stream, without a right to its API', async () => {
    const owner = bench.client({ streams, ...as('owner') });
    await owner.publish(subject, 1);
    await expect(writer.publish(subject, 2)).resolves.toMatchObject({ seq: 2 });
    await owner.unwrap().request('$JS.API.STREAM.DELETE.REFUSE', '');
  });

  it('learn of a refused subject at once', async () => {
    const attempt = writer.publish('refuse.secret', 1, { timeoutMs: 20_000 });
    expect(await rejection(attempt)).toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('do not learn why no stream answers, and may try again', async () => {
    const client = bench.client({ ...off, ...as('writer'), publishRetry: { attempts: 2 } });
    expect(await rejection(client.publish(subject, 1))).toMatchObject({
      code: 'UNAVAILABLE',
      cause: { code: 'PERMISSION_DENIED' },
    });
  });
});
