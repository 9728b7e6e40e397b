import { describe, expect, it } from '@jest/globals';
import type { StreamConfig, StreamState } from '@nats-io/jetstream';
import fc from 'fast-check';
import { assertPlan } from './plan-refusal.js';
import { planTable } from './plan-table.js';
import { resolveStream } from './resolve-stream.js';
import type { StreamDeclaration } from './stream-declaration.js';
import { planStream } from './stream-plan.js';

const SECOND = 1_000_000_000;
const HOUR = 3600 * SECOND;

/** As a server reports its settings. */
const reported = (config: Partial<StreamConfig> = {}): StreamConfig =>
  ({
    name: 'ORDERS',
    subjects: ['orders.>'],
    retention: 'limits',
    storage: 'file',
    discard: 'old',
    max_msgs: -1,
    max_age: 0,
    num_replicas: 1,
    duplicate_window: 120 * SECOND,
    metadata: { '_nats.ver': '2.15.1' },
    ...config,
  }) as StreamConfig;

const found = (config: Partial<StreamConfig> = {}, state: Partial<StreamState> = {}) => ({
  config: reported(config),
  state: { messages: 0, bytes: 0, ...state } as StreamState,
});

const wanted = (declaration: Partial<StreamDeclaration> = {}) =>
  resolveStream({ name: 'ORDERS', subjects: ['orders.>'], ...declaration });

describe('planStream', () => {
  it.each(['create', 'update'] as const)('%s: makes what is missing', (provision) => {
    const stream = wanted({ max_age: HOUR });
    expect(planStream(stream, undefined, provision)).toEqual({
      name: 'ORDERS',
      action: 'create',
      wanted: stream,
      diffs: [],
      config: { name: 'ORDERS', subjects: ['orders.>'], max_age: HOUR },
    });
  });

  it('verify: makes nothing', () => {
    expect(planStream(wanted(), undefined, 'verify')).toMatchObject({
      action: 'missing',
      config: undefined,
    });
  });

  it.each(['create', 'update', 'verify'] as const)('%s: keeps what is as declared', (provision) => {
    const there = found({ max_msgs: 7, description: 'by others', allow_direct: true });
    expect(planStream(wanted({ max_age: 0 }), there, provision)).toMatchObject({
      action: 'keep',
      diffs: [],
      config: undefined,
    });
  });

  it.each(['create', 'verify'] as const)('%s: refuses what differs', (provision) => {
    expect(planStream(wanted({ max_age: HOUR }), found(), provision)).toMatchObject({
      action: 'refuse',
      diffs: [{ field: 'max_age', wanted: HOUR, found: 0, immutable: undefined }],
      config: undefined,
    });
  });

  it('update: changes what differs, and keeps what others have set', () => {
    const there = found({ max_msgs: 7, metadata: { team: 'x', '_nats.ver': '2' } });
    const plan = planStream(wanted({ max_age: HOUR, metadata: { team: 'y' } }), there, 'update');
    expect(plan.action).toBe('update');
    expect(plan.config).toEqual({
      ...there.config,
      max_age: HOUR,
      metadata: { team: 'y', '_nats.ver': '2' },
    });
  });

  it('update: lets a duplicate window that nobody declared follow a shorter age', () => {
    const short = wanted({ max_age: SECOND });
    expect(planStream(short, found(), 'update').config).toMatchObject({ duplicate_window: SECOND });
    const both = wanted({ max_age: 60 * SECOND, duplicate_window: 30 * SECOND });
    expect(planStream(both, found(), 'update').config).toMatchObject({
      duplicate_window: 30 * SECOND,
    });
  });

  it.each<[Partial<StreamDeclaration>, Partial<StreamConfig>, RegExp]>([
    [{ storage: 'memory' }, {}, /when a stream is created/],
    [{ first_seq: 5 }, {}, /when a stream is created/],
    [{ mirror: { name: 'A' } }, {}, /when a stream is created/],
    [{ mirror: { name: 'A' } }, { mirror: { name: 'B' } }, /when a stream is created/],
    [{}, { mirror: { name: 'B' } }, /when a stream is created/],
    [{ allow_msg_counter: true }, {}, /when a stream is created/],
    [{ persist_mode: 'async' }, {}, /when a stream is created/],
    [{ retention: 'workqueue', discard: 'old' }, {}, /a work queue stays one/],
    [{ retention: 'interest' }, { retention: 'workqueue' }, /a work queue stays one/],
    [{ deny_delete: false }, { deny_delete: true }, /cannot be turned off/],
    [{ allow_msg_ttl: false }, { allow_msg_ttl: true }, /cannot be turned off/],
    [{ max_age: HOUR }, { sealed: true }, /is sealed/],
  ])('update: refuses %j of %j, which no server would change', (declared, there, why) => {
    const plan = planStream(wanted(declared), found(there), 'update');
    expect(plan).toMatchObject({ action: 'refuse', config: undefined });
    expect(plan.diffs.map(({ immutable }) => immutable)).toContainEqual(expect.stringMatching(why));
  });

  it.each<[Partial<StreamDeclaration>, Partial<StreamConfig>]>([
    [{ retention: 'interest' }, {}],
    [{ deny_delete: true }, {}],
    [{ allow_msg_ttl: true }, {}],
    [{ subjects: ['orders.>', 'more'] }, {}],
    [{ num_replicas: 3 }, {}],
    [{ compression: 's2' }, {}],
  ])('update: changes to %j of %j', (declared, there) => {
    expect(planStream(wanted(declared), found(there), 'update').action).toBe('update');
  });

  const HELD = { messages: 10, bytes: 1_000, num_subjects: 2, first_ts: '2026-01-01T00:00:00Z' };

  it.each<[Partial<StreamDeclaration>, Partial<StreamConfig>, RegExp]>([
    [{ max_msgs: 7 }, {}, /^the oldest 3 messages would be dropped$/],
    [{ max_msgs: 9 }, { max_msgs: 50 }, /^the oldest message would be dropped$/],
    [{ max_bytes: 999 }, {}, /^it holds 1000 bytes: the oldest messages would be dropped$/],
    [{ max_msgs_per_subject: 8 }, {}, /^a subject may have more/],
    [{ max_msgs_per_subject: 8 }, { max_msgs_per_subject: 9 }, /^a subject may have more/],
    [{ max_age: HOUR }, {}, /^the oldest messages would be dropped$/],
    [{ retention: 'interest' }, {}, /^of its 10 messages all that no consumer waits for/],
    [{ max_msgs: 7, discard: 'old' }, { discard: 'new' }, /^the oldest 3 messages/],
  ])('update: refuses %j of %j, which would drop what is stored', (declared, there, why) => {
    const plan = planStream(wanted(declared), found(there, HELD), 'update');
    expect(plan).toMatchObject({ action: 'refuse', config: undefined });
    expect(plan.diffs.map(({ loss }) => loss)).toContainEqual(expect.stringMatching(why));
    expect(planStream(wanted(declared), found(there), 'update').action).toBe('update');
  });

  it.each<[Partial<StreamDeclaration>, Partial<StreamConfig>]>([
    [{ max_msgs: 10 }, {}],
    [{ max_msgs: 7 }, { discard: 'new' }],
    [{ max_bytes: 999, discard: 'new' }, {}],
    [{ max_bytes: 1_000 }, {}],
    [{ max_msgs_per_subject: 9 }, {}],
    [{ max_msgs_per_subject: 8 }, { max_msgs_per_subject: 5 }],
    [{ max_age: 1_000 * 365 * 24 * HOUR }, {}],
    [{ retention: 'limits' }, { retention: 'interest' }],
    [{ max_msgs: 0 }, { max_msgs: 50 }],
  ])('update: changes to %j of %j, which drops nothing', (declared, there) => {
    const plan = planStream(wanted(declared), found(there, HELD), 'update');
    expect(plan.action).toBe('update');
  });

  it('keeps what it has changed', () => {
    const setting = fc.record(
      {
        max_age: fc.integer({ min: 100_000_000, max: HOUR }),
        max_msgs: fc.integer({ min: -1, max: 9 }),
        description: fc.string(),
        allow_direct: fc.boolean(),
        subjects: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
        metadata: fc.dictionary(fc.constantFrom('a', 'b'), fc.string()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(setting, setting, (declared, there) => {
        const before = planStream(wanted(declared), found(there), 'update');
        const after = (before.config ?? reported(there)) as StreamConfig;
        expect(planStream(wanted(declared), found(after), 'verify').action).toBe('keep');
        const untouched = Object.entries(there).filter(([field]) => !(field in wanted(declared)));
        expect(after).toMatchObject(Object.fromEntries(untouched));
      }),
    );
  });
});

describe('planTable', () => {
  it('shows what becomes of each stream, and why', () => {
    const plan = [
      planStream(wanted({ max_age: 86_400_000_000 }), undefined, 'create'),
      planStream(
        { name: 'JOBS', subjects: ['jobs.a', 'jobs.b'] },
        found({ name: 'JOBS', subjects: ['jobs.a', 'jobs.b'] }),
        'create',
      ),
      planStream(wanted({ storage: 'memory', max_msgs: 5 }), found(), 'create'),
      planStream(wanted({ retention: 'workqueue' }), found({ retention: 'workqueue' }), 'update'),
      planStream(
        { name: 'MANY', subjects: Array.from({ length: 30 }, (_, i) => `many.${i}`) },
        undefined,
        'verify',
      ),
    ];
    expect(planTable(plan).split('\n')).toEqual([
      'stream  action   subjects                                          details',
      'ORDERS  create   orders.>                                          max_age: 1m26s400ms',
      'JOBS    keep     jobs.a, jobs.b',
      'ORDERS  refuse   orders.>                                          storage: wanted "memory", there is "file" (it is settled when a stream is created); max_msgs: wanted 5, there is no limit',
      `ORDERS  update   orders.>                                          discard: wanted "new", there is "old" (the default for a work queue: with 'old' a full one drops what nobody has processed)`,
      'MANY    missing  many.0, many.1, many.2, many.3, many.4, many.5,…',
    ]);
  });
});

describe('assertPlan', () => {
  it('passes what can be done', () => {
    const plan = [
      planStream(wanted(), undefined, 'create'),
      planStream(wanted(), found(), 'verify'),
    ];
    expect(() => assertPlan(plan)).not.toThrow();
  });

  it('names every stream that stands in the way, with every difference', () => {
    const plan = [
      planStream(wanted({ max_age: HOUR, max_msgs: 5 }), found({ max_age: 2 * HOUR }), 'verify'),
      planStream({ name: 'JOBS', subjects: ['jobs'] }, undefined, 'verify'),
    ];
    expect(() => assertPlan(plan)).toThrow(
      expect.objectContaining({
        code: 'STREAM_MISMATCH',
        message:
          'The stream "ORDERS" is not as declared: max_age: wanted 1h, there is 2h; ' +
          'max_msgs: wanted 5, there is no limit. There is no stream "JOBS". Nothing was changed. ' +
          "Make the declarations agree, or set provision: 'update' to have the stream changed.",
        details: {
          streams: ['ORDERS', 'JOBS'],
          diffs: [
            { stream: 'ORDERS', field: 'max_age', wanted: HOUR, found: 2 * HOUR },
            { stream: 'ORDERS', field: 'max_msgs', wanted: 5, found: -1 },
          ],
        },
      }),
    );
  });

  it('does not advise to change what cannot be changed', () => {
    const plan = [planStream(wanted({ storage: 'memory' }), found(), 'create')];
    expect(() => assertPlan(plan)).toThrow(
      'What cannot be changed needs another declaration, or another stream.',
    );
  });

  it('tells of streams that are only missing', () => {
    expect(() => assertPlan([planStream(wanted(), undefined, 'verify')])).toThrow(
      expect.objectContaining({
        code: 'STREAM_NOT_FOUND',
        message:
          'There is no stream "ORDERS". Nothing was changed. ' +
          "Create it, or set provision: 'create' to have it made.",
      }),
    );
  });
});
