import { describe, expect, it } from '@jest/globals';
import type { ConsumerConfig } from '@nats-io/jetstream';
import { codecOf } from '../../codec/registry.js';
import { consumerSpec, resumedAfter } from './consumer-config.js';
import { planConsumer } from './consumer-plan.js';
import { assertConsumerPlan } from './consumer-refusal.js';
import { resolveConsume } from './resolve-consume.js';

const SECOND = 1_000_000_000;

function wanted(extras: object = {}, filters = ['orders.*']) {
  const options = { stream: 'ORDERS', durable: 'billing', ...extras };
  return consumerSpec(resolveConsume(options, { codec: codecOf('json') }), filters, 'billing');
}

/** As a server reports it. */
const found = (config: Partial<ConsumerConfig> = {}): ConsumerConfig => ({
  name: 'billing',
  durable_name: 'billing',
  deliver_policy: 'all',
  ack_policy: 'explicit',
  ack_wait: 30 * SECOND,
  max_deliver: -1,
  filter_subject: 'orders.*',
  replay_policy: 'instant',
  max_waiting: 512,
  max_ack_pending: -1,
  metadata: { '_nats.ver': '2.15.1' },
  ...config,
});

describe('planConsumer', () => {
  it.each(['create', 'update'] as const)('%s: makes what is missing', (provision) => {
    const spec = wanted();
    expect(planConsumer(spec, undefined, provision, 0)).toMatchObject({
      action: 'create',
      config: spec.config,
    });
  });

  it('verify: makes nothing', () => {
    expect(planConsumer(wanted(), undefined, 'verify', 0)).toMatchObject({ action: 'missing' });
  });

  it.each<[string, object, Partial<ConsumerConfig>, string[]]>([
    ['as asked for', {}, {}, ['orders.*']],
    ['where it was, wherever a new one would begin', { deliver: 'new' }, {}, ['orders.*']],
    ['where it was, though it began elsewhere', {}, { deliver_policy: 'new' }, ['orders.*']],
    ['with settings of others', {}, { description: 'x', num_replicas: 3 }, ['orders.*']],
    ['with filters in another order', {}, { filter_subjects: ['b', 'a'] }, ['a', 'b']],
    ['with its filter in a list', {}, { filter_subjects: ['a'] }, ['a']],
    [
      'though it was to begin paused',
      { consumer: { pause_until: '2030-01-01T00:00:00Z' } },
      {},
      ['orders.*'],
    ],
  ])('keeps one that is %s', (_, extras, config, filters) => {
    expect(planConsumer(wanted(extras, filters), found(config), 'verify', 0)).toMatchObject({
      action: 'keep',
      diffs: [],
    });
  });

  it.each<[object, Partial<ConsumerConfig>, string]>([
    [{ ackWaitMs: 60_000 }, {}, 'ack_wait'],
    [{}, { max_ack_pending: 1000 }, 'max_ack_pending'],
    [{}, { max_deliver: 5 }, 'max_deliver'],
    [{}, { backoff: [SECOND], max_deliver: -1 }, 'backoff'],
    [{}, { filter_subject: 'orders.>' }, 'filter_subjects'],
    [{}, { filter_subject: '' }, 'filter_subjects'],
    [{ consumer: { description: 'x' } }, {}, 'description'],
    [{ consumer: { metadata: { team: 'x' } } }, {}, 'metadata.team'],
  ])('can change %j of %j', (extras, config, field) => {
    const there = found(config);
    const refused = planConsumer(wanted(extras), there, 'create', 0);
    expect(refused).toMatchObject({ action: 'refuse', diffs: [{ field, immutable: undefined }] });
    const { action, config: sent } = planConsumer(wanted(extras), there, 'update', 0);
    expect(action).toBe('update');
    expect(planConsumer(wanted(extras), sent as ConsumerConfig, 'verify', 0).action).toBe('keep');
    expect(sent).toMatchObject({ deliver_policy: 'all', durable_name: 'billing' });
  });

  it.each<[object, Partial<ConsumerConfig>]>([
    [{}, { ack_policy: 'all' }],
    [{}, { deliver_subject: 'push.here' }],
    [{ consumer: { max_waiting: 5 } }, {}],
    [{ consumer: { replay_policy: 'original' } }, {}],
    [{ consumer: { mem_storage: true } }, {}],
  ])('cannot change %j of %j', (extras, config) => {
    const plan = planConsumer(wanted(extras), found(config), 'update', 0);
    expect(plan).toMatchObject({
      action: 'refuse',
      diffs: [{ immutable: 'it is settled when a consumer is created' }],
    });
  });

  it('takes a group of one active process away, and gives it', () => {
    const single = wanted({ singleActive: true });
    const grouped = found(single.config);
    expect(planConsumer(single, found(), 'update', 0).config).toMatchObject({
      priority_groups: ['active'],
    });
    const { action, config } = planConsumer(wanted(), grouped, 'update', 0);
    expect(action).toBe('update');
    expect(config).not.toHaveProperty('priority_groups');
    expect(config).not.toHaveProperty('priority_policy');
  });

  it('keeps what others have set when it changes something', () => {
    const there = found({ num_replicas: 3, deliver_policy: 'new', metadata: { owner: 'ops' } });
    const spec = wanted({ ackWaitMs: 60_000, consumer: { metadata: { team: 'x' } } });
    expect(planConsumer(spec, there, 'update', 0).config).toMatchObject({
      num_replicas: 3,
      deliver_policy: 'new',
      metadata: { owner: 'ops', team: 'x' },
    });
  });

  it.each([
    [41, 100, { deliver_policy: 'by_start_sequence', opt_start_seq: 42 }],
    [100, 100, { deliver_policy: 'by_start_sequence', opt_start_seq: 101 }],
    // the stream was deleted and made anew
    [100, 5, { deliver_policy: 'all' }],
  ])('begins behind message %i of a stream that has come to %i', (after, last, start) => {
    const spec = resumedAfter(wanted({ deliver: { since: new Date(0) } }), after);
    const { config } = planConsumer(spec, undefined, 'create', last);
    expect(config).toMatchObject(start);
    expect(config).not.toHaveProperty('opt_start_time');
  });
});

describe('assertConsumerPlan', () => {
  it('says what differs, and that it can be changed while others run', () => {
    const plan = planConsumer(wanted({ ackWaitMs: 60_000 }), found(), 'create', 0);
    expect(() => assertConsumerPlan(plan)).toThrow(
      expect.objectContaining({
        code: 'CONSUMER_MISMATCH',
        message:
          'The consumer "billing" of the stream "ORDERS" is not what its handler asks for: ' +
          "ack_wait: wanted 1m, there is 30s. Nothing was changed. Set provision: 'update' to have it " +
          'changed in place, which replicas of an older version go on with; or give the handler the ' +
          'old options.',
        details: {
          stream: 'ORDERS',
          consumer: 'billing',
          diffs: [
            { field: 'ack_wait', wanted: 60 * SECOND, found: 30 * SECOND, immutable: undefined },
          ],
        },
      }),
    );
  });

  it('says what cannot be changed', () => {
    const plan = planConsumer(wanted(), found({ deliver_subject: 'x' }), 'update', 0);
    expect(() => assertConsumerPlan(plan)).toThrow(
      'deliver_subject: wanted none, there is "x" (it is settled when a consumer is created). ' +
        'Nothing was changed. What cannot be changed needs the old options',
    );
  });
});
