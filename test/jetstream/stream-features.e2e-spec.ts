import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ensureStreams,
  findStream,
} from '../../libs/nestjs-nats/src/jetstream/stream/provision-streams.js';
import type { StreamDeclaration } from '../../libs/nestjs-nats/src/jetstream/stream/stream-declaration.js';
import { jetStreamApi } from '../support/jetstream-api.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { SERVER_VERSIONS } from '../support/server-versions.js';

const SECOND = 1_000_000_000;

const NEW_SETTINGS: [setting: string, settings: Partial<StreamDeclaration>, since: string][] = [
  ['allow_msg_ttl', { allow_msg_ttl: true }, '2.11'],
  ['subject_delete_marker_ttl', { subject_delete_marker_ttl: SECOND }, '2.11'],
  ['allow_msg_counter', { allow_msg_counter: true }, '2.12'],
  ['allow_msg_schedules', { allow_msg_schedules: true }, '2.12'],
  ['allow_atomic', { allow_atomic: true }, '2.12'],
  ['persist_mode', { persist_mode: 'async' }, '2.12'],
];

const stream = (settings: Partial<StreamDeclaration> = {}): StreamDeclaration => ({
  name: 'ORDERS',
  subjects: ['orders.>'],
  ...settings,
});

describe('settings that only newer servers know', () => {
  const old = new NatsBench({ ...SERVER_VERSIONS.oldest, config: 'jetstream { domain: "hub" }' });
  const young = new NatsBench({ jetstream: true, ...SERVER_VERSIONS.newest });
  beforeAll(() => Promise.all([old.start(), young.start()]));
  afterEach(() => Promise.all([old.clear(), young.clear()]));
  afterAll(() => Promise.all([old.stop(), young.stop()]));

  it.each(NEW_SETTINGS)(
    'F29: %s is refused before an old server ignores it',
    async (setting, settings, since) => {
      const api = await jetStreamApi(old);
      const error = await rejection(ensureStreams(api, [stream(settings)], 'create'));
      expect(error).toMatchObject({
        code: 'SERVER_TOO_OLD',
        message: expect.stringMatching(
          `^Cannot make the stream "ORDERS" with ${setting}: .* needs nats-server ${since}, and the server is 2\\.10\\.\\d+\\.`,
        ),
        details: { needed: since, found: expect.stringMatching(/^2\.10\./) },
      });
      expect(await findStream(api, 'ORDERS')).toBeUndefined();
    },
  );

  it.each(NEW_SETTINGS)(
    'F29: %s is missed when the version was not known',
    async (setting, settings, since) => {
      // in a domain another server answers than the one that is connected to
      const api = await jetStreamApi(old, { domain: 'hub' });
      const name = `S_${setting}`;
      const subjects = [`s.${setting}`];
      const error = await rejection(
        ensureStreams(api, [stream({ name, subjects, ...settings })], 'create'),
      );
      expect(error).toMatchObject({
        code: 'SERVER_TOO_OLD',
        message: expect.stringContaining(`needs nats-server ${since}, and the server is older`),
      });
    },
  );

  it.each(NEW_SETTINGS)('%s is no trouble when it is turned off', async (setting, settings) => {
    const api = await jetStreamApi(old);
    const off = { [setting]: typeof settings[setting as 'no_ack'] === 'boolean' ? false : 0 };
    const declared = setting === 'persist_mode' ? { persist_mode: 'default' } : off;
    const [planned] = await ensureStreams(api, [stream(declared)], 'create');
    expect(['create', 'keep']).toContain(planned?.action);
  });

  it.each(NEW_SETTINGS)('%s is known again on a server that has it', async (setting, settings) => {
    const api = await jetStreamApi(young);
    const declared = stream({ name: `S_${setting}`, subjects: [`s.${setting}`], ...settings });
    expect(await ensureStreams(api, [declared], 'create')).toMatchObject([{ action: 'create' }]);
    expect(await ensureStreams(api, [declared], 'verify')).toMatchObject([{ action: 'keep' }]);
  });

  it('what a server makes otherwise than declared is told', async () => {
    const api = await jetStreamApi(young);
    const name = 'MADE_OTHERWISE';
    const declared = stream({
      name,
      subjects: ['otherwise'],
      subject_delete_marker_ttl: SECOND,
      allow_rollup_hdrs: false,
    });
    expect(await rejection(ensureStreams(api, [declared], 'create'))).toMatchObject({
      code: 'STREAM_MISMATCH',
      message:
        'The server took the declaration of the stream "MADE_OTHERWISE" and made something else ' +
        'of it: allow_rollup_hdrs: wanted false, there is true. Declare it as the server makes it.',
      details: { streams: [name] },
    });
  });
});
