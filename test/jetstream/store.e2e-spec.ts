import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { requesterOf } from '../../libs/nestjs-nats/src/core/requester.js';
import { store, type StoredAt } from '../../libs/nestjs-nats/src/jetstream/api/store.js';
import { HEADER } from '../../libs/nestjs-nats/src/message/header-table.js';
import { JsStage } from '../support/js-stage.js';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench({ jetstream: true });
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function stage(): Promise<{
  js: JsStage;
  put: (subject: string, id?: string) => Promise<StoredAt>;
}> {
  const js = await JsStage.open(bench);
  const put = (subject: string, id?: string): Promise<StoredAt> => {
    const head = headers();
    if (id !== undefined) head.set(HEADER.msgId, id);
    const payload = Buffer.from('data');
    return store(requesterOf(js.shared), { subject, payload, headers: head, timeoutMs: 2_000 });
  };
  return { js, put };
}

it('says where a message was stored, and whether it was there before', async () => {
  const { js, put } = await stage();
  await js.stream('A', ['store.a']);
  await expect(put('store.a')).resolves.toEqual({ stream: 'A', sequence: 1, duplicate: false });
  await expect(put('store.a', 'x')).resolves.toMatchObject({ sequence: 2, duplicate: false });
  await expect(put('store.a', 'x')).resolves.toMatchObject({ sequence: 2, duplicate: true });
});

it('says that no stream takes the subject', async () => {
  const { put } = await stage();
  await expect(put('store.nowhere')).rejects.toMatchObject({ code: 'STREAM_NOT_FOUND' });
});

it('says why a stream has refused a message', async () => {
  const { js, put } = await stage();
  await js.stream('FULL', ['store.full'], { max_msgs: 1, discard: 'new' });
  await put('store.full');
  await expect(put('store.full')).rejects.toMatchObject({ code: 'STREAM_FULL' });
});

it('takes no answer of somebody else for that of a stream', async () => {
  const { js, put } = await stage();
  for (const answer of ['', 'done', 'null', '[]', '7', '{"stream":"A"}', '{"seq":1}']) {
    js.peer.subscribe('store.shared', { callback: (_, message) => void message.respond(answer) });
  }
  await js.peer.flush();
  await expect(put('store.shared')).rejects.toMatchObject({ code: 'TIMEOUT' });
  await js.stream('SHARED', ['store.shared']);
  await expect(put('store.shared')).resolves.toMatchObject({ stream: 'SHARED', sequence: 1 });
});
