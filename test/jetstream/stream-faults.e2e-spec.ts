import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JetStreamApi } from '../../libs/nestjs-nats/src/jetstream/api/js-api.js';
import { ensureStreams } from '../../libs/nestjs-nats/src/jetstream/stream/provision-streams.js';
import type { StreamDeclaration } from '../../libs/nestjs-nats/src/jetstream/stream/stream-declaration.js';
import { streamFaults } from '../../libs/nestjs-nats/src/jetstream/stream/stream-faults.js';
import { jetStreamApi } from '../support/jetstream-api.js';
import { NatsBench } from '../support/nats-bench.js';
import { SERVER_VERSIONS } from '../support/server-versions.js';

const SECOND = 1_000_000_000;

/** What the check at boot refuses because servers do: they are asked here. */
const REFUSED: Partial<StreamDeclaration>[] = [
  { name: 'a/b' },
  { name: 'x'.repeat(256) },
  { subjects: ['a.*', 'a.b'] },
  { subjects: ['a', 'a'] },
  { subjects: ['a..b'] },
  { subjects: ['>'] },
  { subjects: ['$JS.API.X'] },
  { subjects: ['$SYS.X'] },
  { max_age: 60_000 },
  { duplicate_window: 60_000 },
  { max_age: SECOND, duplicate_window: 2 * SECOND },
  { subject_delete_marker_ttl: SECOND / 2 },
  { retention: 'work' as never },
  { num_replicas: 6 },
  { mirror: { name: 'B' } },
  { subjects: [], mirror: { name: 'B' }, sources: [{ name: 'C' }] },
  { subjects: [], mirror: { name: 'B' }, first_seq: 5 },
  { discard_new_per_subject: true },
  { discard: 'new', discard_new_per_subject: true },
  { allow_rollup_hdrs: true, deny_purge: true },
  { allow_msg_counter: true, retention: 'interest' },
  { allow_msg_counter: true, discard: 'new' },
  { allow_msg_counter: true, allow_msg_ttl: true },
  { allow_msg_counter: true, allow_msg_schedules: true },
];

describe('what is refused at boot', () => {
  const bench = new NatsBench({ jetstream: true, ...SERVER_VERSIONS.newest });
  let api: JetStreamApi;
  beforeAll(() => bench.start());
  beforeEach(async () => void (api = await jetStreamApi(bench)));
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  it.each(REFUSED)('is refused by servers too: %j', async (settings) => {
    const stream = { name: 'A', subjects: ['a'], ...settings };
    expect(streamFaults([stream])).not.toEqual([]);
    await expect(ensureStreams(api, [stream], 'create')).rejects.toMatchObject({
      code: 'JETSTREAM_REFUSED',
    });
  });
});
